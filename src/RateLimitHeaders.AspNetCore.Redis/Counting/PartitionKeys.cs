using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Names the callers of a plan in Redis: <c>prefix:policy:token-type:fingerprint:{hash}</c>. The hash stands for the id, and
/// alone decides the slot in a cluster, so that whatever else is kept of a caller has the same one.
/// </summary>
internal sealed class PartitionKeys
{
    /// <summary>To be changed with what the script stores, so that no version of it reads the states of another.</summary>
    private const string StateVersion = "2\n";

    /// <summary>Makes an odd number of bytes, which no text has.</summary>
    private const byte AddressMark = 1;

    private const int FingerprintLength = 6;
    private const int HashLength = 16;
    private const int HashTextLength = 22;

    private readonly byte[] _beginning;
    private readonly byte[]? _hashKey;
    private readonly RecentKeys _recent;

    public PartitionKeys(StoredPlan plan, RedisStoreOptions options)
    {
        _hashKey = options.HashKey;
        _recent = new RecentKeys(Make);
        var text = $"{options.KeyPrefix}:{Uri.EscapeDataString(plan.PolicyName)}:{Uri.EscapeDataString(plan.TokenType)}:{Fingerprint(plan)}:{{";
        _beginning = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Gets what Redis knows a caller by.</summary>
    public CallerKey Of(RateLimitPrincipal principal) => _recent.Of(principal);

    /// <summary>Gets the hash that stands for a caller.</summary>
    public UInt128 HashOf(RateLimitPrincipal principal)
    {
        // An address and a text that reads like one are two callers, which nothing but comparing them tells.
        var id = principal.Id;
        var bytes = MemoryMarshal.AsBytes(id.AsSpan());
        return principal == new RateLimitPrincipal(principal.TokenType, id)
            ? HashOf(bytes)
            : HashOf([.. bytes, AddressMark]);
    }

    /// <summary>Gets the hash that stands for an id that is a text.</summary>
    public UInt128 HashOf(string id) => HashOf(MemoryMarshal.AsBytes(id.AsSpan()));

    /// <summary>Gets the key of what is counted of a caller.</summary>
    public RedisKey KeyOf(UInt128 hash)
    {
        Span<byte> bytes = stackalloc byte[HashLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
        var key = new byte[_beginning.Length + HashTextLength + 1];
        _beginning.CopyTo(key, 0);
        Base64Url.EncodeToUtf8(bytes, key.AsSpan(_beginning.Length));
        key[^1] = (byte)'}';
        return key;
    }

    private UInt128 HashOf(ReadOnlySpan<byte> bytes)
    {
        // Hashed as it is in memory: an encoder would make one and the same of all unpaired surrogates.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (_hashKey is null)
        {
            SHA256.HashData(bytes, hash);
        }
        else
        {
            HMACSHA256.HashData(_hashKey, bytes, hash);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private CallerKey Make(RateLimitPrincipal principal)
    {
        var hash = HashOf(principal);
        return new(hash, KeyOf(hash));
    }

    /// <summary>
    /// Tells plans apart whose states mean different things, as while servers of an old and a new version run side by side.
    /// Limits are not among it: what is used stays used when one is configured anew.
    /// </summary>
    private static string Fingerprint(StoredPlan plan)
    {
        var text = new StringBuilder(StateVersion);
        foreach (var quota in plan.Quotas)
        {
            var description = quota.Description;
            var detail = quota switch
            {
                FixedWindowQuota window => window.AlignsToClock ? "aligned" : "",
                SlidingWindowQuota window => window.Segments.ToString(CultureInfo.InvariantCulture),
                _ => "",
            };
            text.Append(
                CultureInfo.InvariantCulture, $"{quota.GetType().Name} {detail} {description.Window?.Ticks} {description.Unit.Length} {description.Unit} {description.Name.Length} {description.Name}\n");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Base64Url.EncodeToString(hash.AsSpan(0, FingerprintLength));
    }
}
