using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints who is calling as a keyed hash, from which nobody without the key learns who it is.</summary>
internal sealed class PartitionKeyHash(ReadOnlyMemory<byte> secret)
{
    public const int ShortestSecret = 16;
    private const int PrintedBytes = 16;

    private readonly byte[] _secret = secret.IsEmpty ? RandomNumberGenerator.GetBytes(32) : secret.ToArray();

    /// <summary>Gets the parameter <c>pk</c>, a Byte Sequence (RFC 9651, section 3.3.5); none where there is no principal.</summary>
    public string? Parameter(string policyName, in RateLimitPrincipal? principal)
    {
        if (principal is not { } known)
        {
            return null;
        }

        // The lengths keep two principals apart whose names run together alike.
        var text = $"{policyName.Length}:{policyName}{known.TokenType.Length}:{known.TokenType}{known.Id}";
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, Encoding.Unicode.GetBytes(text), hash);
        return $";pk=:{Convert.ToBase64String(hash[..PrintedBytes])}:";
    }
}
