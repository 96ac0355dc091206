using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Which responses a quota counts.</summary>
/// <param name="Responses">The responses.</param>
/// <param name="Except">Statuses that do not count.</param>
/// <param name="Condition">Returns whether a response counts, as a further condition; <see langword="null"/> for all.</param>
internal sealed record QuotaCounting(CountedResponses Responses, EquatableList<int> Except, Func<HttpResponse, bool>? Condition)
{
    public const int FirstFailure = StatusCodes.Status400BadRequest;

    /// <summary>Returns which responses a quota counts; <see langword="null"/> for all.</summary>
    public static QuotaCounting? Of(QuotaOptions quota) =>
        quota.CountOnly == CountedResponses.All && quota.DoNotCount.Count == 0 && quota.CountIf is null
            ? null
            : new QuotaCounting(quota.CountOnly, [.. quota.DoNotCount], quota.CountIf);

    /// <summary>Returns whether a response counts.</summary>
    public bool Counts(HttpResponse response) =>
        IsAmong(response.StatusCode) && !Except.Span.Contains(response.StatusCode) && Condition?.Invoke(response) != false;

    private bool IsAmong(int status) => Responses switch
    {
        CountedResponses.Successes => status < FirstFailure,
        CountedResponses.Failures => status >= FirstFailure,
        _ => true,
    };
}
