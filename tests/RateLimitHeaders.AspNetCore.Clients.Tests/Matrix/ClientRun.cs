using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>What happened between one client and one server.</summary>
/// <param name="Requests">The requests, as the server saw them.</param>
/// <param name="Seen">The responses, as the client saw them.</param>
internal sealed record ClientRun(IReadOnlyList<ServedRequest> Requests, IReadOnlyList<SeenResponse> Seen)
{
    /// <summary>Gets each rejection with the request that came next.</summary>
    public IReadOnlyList<(ServedRequest Rejection, ServedRequest Retry)> Retries { get; } =
        [.. Requests.Zip(Requests.Skip(1)).Where(pair => pair.First.IsRejected)];

    /// <summary>Describes the run for a person: when each request came, in seconds since the first, and what it was told.</summary>
    public override string ToString() => string.Join('\n', Requests.Select(request => string.Create(
        CultureInfo.InvariantCulture,
        $"{(request.At - Requests[0].At).TotalSeconds,7:0.000} {request.Status} remaining {request.Remaining}{Told(request)}")));

    private static string Told(ServedRequest request) =>
        (request.Fields.ContainsKey("X-RateLimit-Reset") ? string.Create(CultureInfo.InvariantCulture, $", reset in {(request.Reset - request.WallClock).TotalSeconds:0.000}") : "")
        + (request.Fields.TryGetValue("Retry-After", out var retryAfter) ? $", retry after {retryAfter}" : "");
}
