using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A rule that may have to wait before it identifies a caller.</summary>
internal abstract class AwaitingPrincipalRule(string description, params string[] tokenTypes) : PrincipalRule(description, tokenTypes)
{
    /// <summary>Gets how long results are kept, and for which requests; <see langword="null"/> if the rule runs for each request.</summary>
    public virtual IdentityCaching? Caching => null;

    /// <summary>Identifies the caller.</summary>
    /// <returns><see langword="null"/> to leave the request to the next rule.</returns>
    public abstract ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context);

    public override IEnumerable<RateLimitConfigurationError> Validate(string path, IServiceProvider services)
    {
        if (Caching is { Time: var time } && (time <= TimeSpan.Zero || time > IdentityCaching.Longest))
        {
            yield return new(
                RateLimitErrorIds.CacheTime,
                path,
                $"{Description} caches results for {time}; give a time of more than zero and of at most {IdentityCaching.Longest}.");
        }
    }

    public sealed override bool TryResolve(HttpContext context, out RateLimitPrincipal principal) =>
        throw new NotSupportedException($"{Description} has to be awaited.");
}
