namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>The caller, and where the limit is required.</summary>
public enum LimitBy
{
    /// <summary>An authenticated user; all endpoints are limited, by user or else by address.</summary>
    User,

    /// <summary>A caller without a user; all endpoints are limited, by user or else by address.</summary>
    Anonymous,

    /// <summary>
    /// The same caller; ASP.NET Core's own limiter does not even look for a user, which is the least that it can be asked
    /// to do. Ours is as for <see cref="Anonymous"/>.
    /// </summary>
    Address,

    /// <summary>An authenticated user; the endpoint requires the policy by its metadata.</summary>
    UserAtEndpoint,

    /// <summary>The same; beside that policy, all endpoints are limited by user or else by address.</summary>
    UserTwice,
}
