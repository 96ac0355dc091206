namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The tags of <see cref="StockMetrics"/> for the requests of one policy, created once. As in ASP.NET Core, only a policy that the
/// endpoint requires is named; a default policy corresponds to its global limiter.
/// </summary>
internal sealed class StockTags
{
    public const string Policy = "aspnetcore.rate_limiting.policy";
    public const string Result = "aspnetcore.rate_limiting.result";

    public const string Acquired = "acquired";
    public const string EndpointLimiter = "endpoint_limiter";
    public const string GlobalLimiter = "global_limiter";
    public const string RequestCanceled = "request_canceled";

    /// <summary>The one value that ASP.NET Core does not have: it is not known whether the request fits.</summary>
    public const string Unavailable = "unavailable";

    private readonly KeyValuePair<string, object?>[] _acquired;
    private readonly KeyValuePair<string, object?>[] _rejected;
    private readonly KeyValuePair<string, object?>[] _rejectedGlobally;
    private readonly KeyValuePair<string, object?>[] _unavailable;

    /// <param name="policyName">The policy that the endpoint requires; <see langword="null"/> for a default policy.</param>
    public StockTags(string? policyName)
    {
        Lease = policyName is null ? [] : [new(Policy, policyName)];
        _acquired = With(Acquired);
        _rejected = With(policyName is null ? GlobalLimiter : EndpointLimiter);
        _rejectedGlobally = With(GlobalLimiter);
        _unavailable = With(Unavailable);
        Canceled = With(RequestCanceled);
    }

    /// <summary>Gets the tags of measurements without a result.</summary>
    public KeyValuePair<string, object?>[] Lease { get; }

    /// <summary>Gets the tags of a request whose client disconnected while it waited.</summary>
    public KeyValuePair<string, object?>[] Canceled { get; }

    /// <summary>Returns the tags of a request with a decision.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="isGlobal">Whether the global policy rejects the request, possibly together with that of its endpoint.</param>
    public KeyValuePair<string, object?>[] Of(RateLimitOutcome outcome, bool isGlobal = false) => outcome switch
    {
        RateLimitOutcome.Acquired => _acquired,
        RateLimitOutcome.Rejected => isGlobal ? _rejectedGlobally : _rejected,
        _ => _unavailable,
    };

    /// <summary>Returns the result of a request with a decision.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="isGlobal">As in <see cref="Of"/>.</param>
    public string ResultOf(RateLimitOutcome outcome, bool isGlobal) => (string)Of(outcome, isGlobal)[^1].Value!;

    private KeyValuePair<string, object?>[] With(string result) => [.. Lease, new(Result, result)];
}
