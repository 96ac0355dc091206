using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The problem (RFC 9457) of all rejections for which the same quotas are violated: it contains nothing of one request.</summary>
internal sealed class RejectionProblem
{
    private readonly bool _isServersOwn;
    private readonly bool _isBan;
    private readonly string[] _violated;
    private readonly string? _withoutLimit;
    private readonly JsonElement _violatedElement;
    private readonly Lazy<byte[]> _body;

    /// <param name="isServersOwn">Whether the server's capacity is the cause, and not the caller's quota.</param>
    /// <param name="statuses">The statuses.</param>
    public RejectionProblem(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses)
    {
        var violated = new List<string>();
        foreach (ref readonly var status in statuses)
        {
            if (status.IsViolated)
            {
                violated.Add(status.Name);
                _withoutLimit ??= IsWithoutLimit(status) ? status.Name : null;
            }
        }

        _isServersOwn = isServersOwn;
        _violated = [.. violated];
        _violatedElement = JsonSerializer.SerializeToElement(_violated, RejectionJsonContext.Default.StringArray);
        _body = new(() => JsonSerializer.SerializeToUtf8Bytes(ToDetails(), RejectionJsonContext.Default.ProblemDetails));
    }

    private RejectionProblem()
        : this(isServersOwn: false, default) => _isBan = true;

    /// <summary>Gets the problem of all banned callers.</summary>
    public static RejectionProblem OfBan { get; } = new();

    /// <summary>Gets the status that goes with it.</summary>
    public int Status => _isServersOwn ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests;

    /// <summary>Gets the body if the application has no service that writes problem details. It is serialized once, with <see cref="Status"/>.</summary>
    public ReadOnlyMemory<byte> Body => _body.Value;

    /// <summary>Returns whether this is the problem for a rejection with such statuses.</summary>
    public bool IsOf(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses)
    {
        var found = 0;
        string? withoutLimit = null;
        foreach (ref readonly var status in statuses)
        {
            if (status.IsViolated && (found == _violated.Length || status.Name != _violated[found++]))
            {
                return false;
            }

            withoutLimit ??= status.IsViolated && IsWithoutLimit(status) ? status.Name : null;
        }

        return found == _violated.Length && isServersOwn == _isServersOwn && withoutLimit == _withoutLimit;
    }

    private static bool IsWithoutLimit(in QuotaStatus status) => status.LimitOrNaN < 1;

    /// <summary>Creates an object from it, which the application may change.</summary>
    public ProblemDetails ToDetails()
    {
        if (_isBan)
        {
            return new ProblemDetails
            {
                Status = Status,
                Type = ProblemTypes.AbnormalUsageDetected,
                Title = ProblemTypes.AbnormalUsageDetectedTitle,
            };
        }

        var details = new ProblemDetails
        {
            Status = Status,
            Type = _isServersOwn ? ProblemTypes.TemporaryReducedCapacity : ProblemTypes.QuotaExceeded,
            Title = _isServersOwn ? ProblemTypes.TemporaryReducedCapacityTitle : ProblemTypes.QuotaExceededTitle,
        };

        if (_withoutLimit is not null)
        {
            details.Detail = $"The limit of quota \"{_withoutLimit}\" is 0 for this caller, so that waiting does not help.";
        }

        // An element needs no type information, which the application's own JSON options may not have.
        details.Extensions[ProblemTypes.ViolatedPolicies] = _violatedElement;
        return details;
    }
}
