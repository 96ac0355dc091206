using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A service that identifies callers, for <see cref="PrincipalsBuilder.FromService{TResolver}(string[])"/>.</summary>
public interface IRateLimitPrincipalResolver
{
    /// <summary>Identifies the caller.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Canceled when the request is aborted.</param>
    /// <returns>
    /// The caller, with one of the token types that the rule was declared with; <see langword="null"/> leaves the request to the next rule.
    /// If this throws, the exception is logged, and the request is limited by its client IP address; if addresses are exempt, it is not limited.
    /// </returns>
    ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}
