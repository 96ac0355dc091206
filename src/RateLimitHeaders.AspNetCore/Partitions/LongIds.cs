using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Returns the stored form of a caller's id: the id, or its hash if it is long, so that long ids cannot fill the memory.</summary>
internal static class LongIds
{
    private const int LongestId = 128;

    // No id of a caller can be confused with a hash: ids that begin like one are hashed themselves.
    private const string HashPrefix = "\0sha256:";

    /// <summary>Returns the text of a key for display. A NUL at the beginning of an id stays, so that the id is not shown as another one.</summary>
    public static string Show(string key) => IsHash(key) ? key[1..] : key;

    /// <summary>Returns whether a key is the hash of an id.</summary>
    public static bool IsHash(string key) => key.StartsWith(HashPrefix, StringComparison.Ordinal);

    // Hashes the UTF-16 code units. An encoder would replace all unpaired surrogates by one character, and two ids would get one hash.
    public static string Of(string id) => id.Length <= LongestId && !id.StartsWith(HashPrefix, StringComparison.Ordinal)
        ? id
        : HashPrefix + Convert.ToBase64String(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));
}
