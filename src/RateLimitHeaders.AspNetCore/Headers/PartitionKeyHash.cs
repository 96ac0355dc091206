using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints the caller as a keyed hash, which reveals nothing of the caller without the key.</summary>
internal sealed class PartitionKeyHash(byte[] secret)
{
    public const int ShortestSecret = 16;
    private const int PrintedBytes = 16;

    /// <summary>Gets the parameter <c>pk</c>, a Byte Sequence (RFC 9651, section 3.3.5); none where there is no principal.</summary>
    public string? Parameter(string policyName, in RateLimitPrincipal? principal)
    {
        if (principal is not { } known)
        {
            return null;
        }

        // The lengths tell principals apart whose concatenated names are equal.
        var text = $"{policyName.Length}:{policyName}{known.TokenType.Length}:{known.TokenType}{known.Id}";
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.Unicode.GetBytes(text), hash);
        return $";pk=:{Convert.ToBase64String(hash[..PrintedBytes])}:";
    }
}
