using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Computes a keyed hash of the caller, which reveals nothing about the caller without the key.</summary>
internal sealed class CallerHash(byte[] secret)
{
    public const int ShortestSecret = 16;
    private const int PrintedBytes = 16;

    /// <summary>Returns the parameter <c>pk</c>, a Byte Sequence (RFC 9651, section 3.3.5); nothing if there is no principal.</summary>
    public string? Parameter(string policyName, in RateLimitPrincipal? principal) =>
        Print(policyName, principal) is { } hash ? $";pk=:{hash}:" : null;

    /// <summary>Returns the hash as Base64; <see langword="null"/> if there is no principal.</summary>
    public string? Print(string policyName, in RateLimitPrincipal? principal)
    {
        if (principal is not { } known)
        {
            return null;
        }

        // The lengths distinguish principals whose concatenated names are equal.
        var text = $"{policyName.Length}:{policyName}{known.TokenType.Length}:{known.TokenType}{known.Id}";
        // Hashes the UTF-16 code units. An encoder would replace all unpaired surrogates by one character, and two ids would get one hash.
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return Convert.ToBase64String(hash[..PrintedBytes]);
    }
}
