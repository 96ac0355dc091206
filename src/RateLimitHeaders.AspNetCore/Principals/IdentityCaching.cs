using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>For which requests, and how long, an identity applies that was found for one of them.</summary>
/// <param name="Time">How long.</param>
/// <param name="KeyOf">Returns a value that such requests have in common; <see langword="null"/> if the rule must run for the request in any case.</param>
internal sealed record IdentityCaching(TimeSpan Time, Func<HttpContext, string?> KeyOf)
{
    /// <summary>The longest time: a caller's rights can change, and this server is not notified.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);
}
