using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The problem (RFC 9457) of all refusals for which the same quotas are violated: nothing in it is one request's own.</summary>
internal sealed class RefusalProblem
{
    private readonly bool _isServersOwn;
    private readonly bool _isKept;
    private readonly string[] _violated;
    private readonly JsonElement _violatedElement;
    private ProblemBody? _ownBody;
    private Task<ProblemBody?>? _learnt;

    /// <param name="isServersOwn">Whether the server's capacity is exhausted rather than the caller's quota.</param>
    /// <param name="statuses">The statuses.</param>
    /// <param name="isKept">Whether later refusals use it, too. If not, there is no use in learning anything for it.</param>
    public RefusalProblem(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses, bool isKept = true)
    {
        var violated = new List<string>();
        foreach (ref readonly var status in statuses)
        {
            if (status.IsViolated)
            {
                violated.Add(status.Name);
            }
        }

        _isServersOwn = isServersOwn;
        _isKept = isKept;
        _violated = [.. violated];
        _violatedElement = JsonSerializer.SerializeToElement(_violated, RefusalJsonContext.Default.StringArray);
    }

    /// <summary>Gets the body where there is no service that writes problem details.</summary>
    public ProblemBody OwnBody => _ownBody ??= new ProblemBody(
        "application/problem+json",
        JsonSerializer.SerializeToUtf8Bytes(ToDetails(), RefusalJsonContext.Default.ProblemDetails),
        afterTraceId: null);

    /// <summary>Tells whether this is what a refusal with such statuses is answered with.</summary>
    public bool IsOf(bool isServersOwn, ReadOnlySpan<QuotaStatus> statuses)
    {
        var found = 0;
        foreach (ref readonly var status in statuses)
        {
            if (status.IsViolated && (found == _violated.Length || status.Name != _violated[found++]))
            {
                return false;
            }
        }

        return found == _violated.Length && isServersOwn == _isServersOwn;
    }

    /// <summary>Gets the body that a service would write, if it is known; the first that asks learns it.</summary>
    public ValueTask<ProblemBody?> LearntFromAsync(PlainProblemDetails service) =>
        _isKept ? new(_learnt ??= service.LearnAsync(this)) : default;

    /// <summary>Makes an object of it, which the application may change as it likes.</summary>
    public ProblemDetails ToDetails()
    {
        var details = new ProblemDetails
        {
            Status = _isServersOwn ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests,
            Type = _isServersOwn ? ProblemTypes.TemporaryReducedCapacity : ProblemTypes.QuotaExceeded,
            Title = _isServersOwn ? ProblemTypes.TemporaryReducedCapacityTitle : ProblemTypes.QuotaExceededTitle,
        };

        // An element needs no type information, which the application's own JSON options may not have.
        details.Extensions[ProblemTypes.ViolatedPolicies] = _violatedElement;
        return details;
    }
}
