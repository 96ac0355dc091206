namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A share of all callers: always the same ones, and on all servers, because a hash of token type and id selects them. A larger share
/// contains all callers of a smaller one.
/// </summary>
internal static class CallerShare
{
    // FNV-1a, and the last steps of MurmurHash3, which spread short ids evenly. A change would select other callers.
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    /// <summary>Returns whether a caller belongs to a share.</summary>
    /// <param name="share">The share, from 0 to 1.</param>
    /// <param name="caller">The caller.</param>
    public static bool Contains(double share, in RateLimitPrincipal caller) => HashOf(caller) < share * Math.Pow(2, 64);

    private static ulong HashOf(in RateLimitPrincipal caller)
    {
        // No text contains the separator of the two.
        var hash = Add(Add(Offset, caller.TokenType), ulong.MaxValue);
        hash = caller.TextId is { } id ? Add(hash, id) : Add(Add(hash, (ulong)(caller.Address >> 64)), (ulong)caller.Address);
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (var letter in text)
        {
            hash = Add(hash, letter);
        }

        return hash;
    }

    private static ulong Add(ulong hash, ulong value) => unchecked((hash ^ value) * Prime);
}
