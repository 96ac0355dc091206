using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A rule that may have to wait before it identifies a caller.</summary>
internal abstract class AwaitingPrincipalRule(string description, params string[] tokenTypes) : PrincipalRule(description, tokenTypes)
{
    /// <summary>Identifies the caller.</summary>
    /// <returns><see langword="null"/> to let the next rule decide.</returns>
    public abstract ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context);

    public sealed override bool TryResolve(HttpContext context, out RateLimitPrincipal principal) =>
        throw new NotSupportedException($"{Description} has to be awaited.");

    /// <summary>Makes a principal of an id that was found; none of none.</summary>
    protected RateLimitPrincipal? ToPrincipal(string? id) => TryTake(id, out var principal) ? principal : null;
}
