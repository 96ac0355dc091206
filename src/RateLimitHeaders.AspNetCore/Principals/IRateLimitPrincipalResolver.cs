using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A service that tells who is calling, for <see cref="PrincipalsBuilder.FromService{TResolver}"/>.</summary>
public interface IRateLimitPrincipalResolver
{
    /// <summary>Tells who is calling.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Canceled when the request is aborted.</param>
    /// <returns>
    /// The principal, of one of the token types that the rule was declared with; <see langword="null"/> to let the next
    /// rule decide. If this throws, the error is logged and the request is limited as its address.
    /// </returns>
    ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}
