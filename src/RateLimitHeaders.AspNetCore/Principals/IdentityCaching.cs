using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>For which requests an identity holds that was found for one of them, and how long.</summary>
/// <param name="Time">How long.</param>
/// <param name="KeyOf">Gets what such requests have in common; <see langword="null"/> for a request that is asked about in any case.</param>
internal sealed record IdentityCaching(TimeSpan Time, Func<HttpContext, string?> KeyOf)
{
    /// <summary>The longest time: what a caller may do can change, and nothing else tells this server.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);
}
