using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Makes the key that a probe writes to.</summary>
internal static class ProbeKey
{
    private const string Suffix = ":probe";

    /// <summary>Gives a key in the same slot of a cluster, with the same beginning where possible, as access rules may ask for it.</summary>
    public static RedisKey For(RedisKey key)
    {
        var text = (string?)key ?? "";
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : text.IndexOf('}', open + 1);
        return close > open + 1 || text.Contains('}', StringComparison.Ordinal)
            ? text + Suffix // What stands between the braces makes the slot.
            : "{" + text + "}" + Suffix; // The whole key makes it.
    }
}
