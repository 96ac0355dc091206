using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Keeps results of another rule for some time. Negative results are not kept: a new key works at once, and invented keys do not fill the
/// memory.
/// </summary>
/// <param name="rule">The other rule.</param>
/// <param name="caching">How long its results are kept.</param>
/// <param name="clock">The clock.</param>
/// <param name="capacity">The largest number of identities that are kept.</param>
internal sealed class CachingRule(AwaitingPrincipalRule rule, IdentityCaching caching, RateLimitClock clock, int capacity)
    : AwaitingPrincipalRule(rule.Description, [.. rule.TokenTypes])
{
    private readonly CallerMap<CachedIdentity> _known = new(clock, capacity, static (known, now) => now >= known.Until);

    public override ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context)
    {
        if (caching.KeyOf(context) is not { Length: > 0 } text)
        {
            return rule.ResolveAsync(context);
        }

        var key = KeyOf(text);
        if (_known.TryGet(key, clock.Now, out var known))
        {
            return new(known.Identity);
        }

        var found = rule.ResolveAsync(context);
        return found.IsCompletedSuccessfully ? new(Keep(key, found.Result)) : KeepAsync(key, found);
    }

    /// <summary>Returns the key of a text, which may be a secret: only its hash stays in memory.</summary>
    private RateLimitPrincipal KeyOf(string text)
    {
        // Hashes the UTF-16 code units. An encoder would replace all unpaired surrogates by one character, and two texts would get one hash.
        return new(TokenType, Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()))));
    }

    private async ValueTask<RateLimitIdentity?> KeepAsync(RateLimitPrincipal key, ValueTask<RateLimitIdentity?> found) => Keep(key, await found);

    private RateLimitIdentity? Keep(in RateLimitPrincipal key, RateLimitIdentity? identity)
    {
        if (identity is { } found)
        {
            _known.Set(key, new CachedIdentity(found, clock.Now + caching.Time.Ticks));
        }

        return identity;
    }

    /// <summary>An identity that was found for a caller, for some time.</summary>
    /// <param name="Identity">The identity.</param>
    /// <param name="Until">The moment until which it is valid, on the clock of <see cref="RateLimitClock.Now"/>.</param>
    private sealed record CachedIdentity(RateLimitIdentity Identity, long Until);
}
