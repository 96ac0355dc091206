using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A service that identifies callers, for <see cref="PrincipalsBuilder.FromService{TResolver}(string[])"/>.</summary>
public interface IRateLimitPrincipalResolver
{
    /// <summary>Identifies the caller.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Canceled when the request is aborted.</param>
    /// <returns>
    /// The caller, of one of the token types that the rule was declared with; <see langword="null"/> to let the next rule decide.
    /// If this throws, the error is logged and the request is limited by its client IP address; where addresses are exempt, it is not limited.
    /// </returns>
    ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}
