namespace RateLimitHeaders.AspNetCore;

/// <summary>What was decided about a request.</summary>
internal enum RequestOutcome
{
    /// <summary>The quotas or the foreign limiter decided: the lease tells how.</summary>
    Decided,

    /// <summary>The caller's token type is exempt.</summary>
    Exempt,

    /// <summary>A foreign limiter failed, so that nobody can tell whether the request fits.</summary>
    Failed,
}
