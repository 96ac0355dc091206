using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Names the callers of a plan in Redis: <c>prefix:policy:token-type:version:{hash}</c>, where <c>@resource</c> replaces the policy if policies
/// share a resource. The hash replaces the id, and alone decides the slot in a cluster, so that all other data of a caller
/// are in the same slot. The quotas of a plan are not part of the key: a state contains them itself, so that quotas that stay keep counting
/// when others change.
/// </summary>
internal sealed class RedisKeys
{
    /// <summary>Must change with the contents that the scripts store, so that no version of them reads the states of another.</summary>
    private const int StateVersion = 5;

    /// <summary>Distinguishes an address from a text: with this byte, the number of bytes is odd, and that of a text never is.</summary>
    private const byte AddressMark = 1;

    private const int HashLength = 16;

    /// <summary>The length of the text that replaces an id.</summary>
    public const int NameLength = 22;

    private readonly byte[] _beginning;
    private readonly byte[] _beginningOfChecks;
    private readonly string _beginningOfRejections;
    private readonly byte[]? _hashKey;

    public RedisKeys(PlanDefinition plan, RedisStoreOptions options)
    {
        _hashKey = options.HashKey is { } secret ? Encoding.UTF8.GetBytes(secret) : null;
        var ofPlan = $"{options.KeyPrefix}:{plan.CountedAs}:{Uri.EscapeDataString(plan.TokenType)}";
        OfBans = $"{ofPlan}:bans";
        _beginningOfRejections = $"{ofPlan}:rejections:{{";
        _beginning = Encoding.UTF8.GetBytes($"{ofPlan}:{StateVersion}:{{");
        _beginningOfChecks = Encoding.UTF8.GetBytes($"{options.KeyPrefix}:check:{{");
    }

    /// <summary>Gets the key of the bans of the plan: <c>prefix:policy:token-type:bans</c>, whatever its quotas.</summary>
    public RedisKey OfBans { get; }

    /// <summary>Gets the key of the rejections of a caller: <c>prefix:policy:token-type:rejections:{hash}</c>, whatever the plan's quotas.</summary>
    /// <param name="name">The text that replaces the id of the caller.</param>
    public RedisKey OfRejections(string name) => $"{_beginningOfRejections}{name}}}";

    /// <summary>Returns the text that replaces the id of a caller.</summary>
    public string NameOf(in RateLimitPrincipal principal)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(principal, hash);
        return Base64Url.EncodeToString(hash[..HashLength]);
    }

    /// <summary>Returns the key of a caller's counts.</summary>
    public RedisKey Of(in RateLimitPrincipal principal) => Make(_beginning, principal);

    /// <summary>Gets a pattern that matches the keys of all callers of the plan.</summary>
    public RedisValue Pattern
    {
        get
        {
            var pattern = new StringBuilder();
            foreach (var character in Encoding.UTF8.GetString(_beginning))
            {
                pattern.Append(character is '*' or '?' or '[' or ']' or '\\' ? "\\" : "").Append(character);
            }

            return pattern.Append("*}").ToString();
        }
    }

    /// <summary>Returns the hash that a key contains instead of the id of its caller.</summary>
    public static string HashIn(RedisKey key)
    {
        var text = key.ToString();
        return text[(text.LastIndexOf('{') + 1)..^1];
    }

    /// <summary>Returns a key that a check writes to, in the slot of a caller.</summary>
    public RedisKey OfCheck(in RateLimitPrincipal principal) => Make(_beginningOfChecks, principal);

    private RedisKey Make(byte[] beginning, in RateLimitPrincipal principal)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(principal, hash);
        var key = new byte[beginning.Length + NameLength + 1];
        beginning.CopyTo(key, 0);
        Base64Url.EncodeToUtf8(hash[..HashLength], key.AsSpan(beginning.Length));
        key[^1] = (byte)'}';
        return key;
    }

    private void Hash(in RateLimitPrincipal principal, Span<byte> hash)
    {
        // Hashes the UTF-16 code units. An encoder would replace all unpaired surrogates by one character, and two ids would get one hash.
        var id = principal.Id;
        var bytes = MemoryMarshal.AsBytes(id.AsSpan());

        // An address and a text with the same content are two callers, which only a comparison distinguishes.
        Hash(principal == new RateLimitPrincipal(principal.TokenType, id) ? bytes : [.. bytes, AddressMark], hash);
    }

    private void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        if (_hashKey is null)
        {
            SHA256.HashData(bytes, hash);
        }
        else
        {
            HMACSHA256.HashData(_hashKey, bytes, hash);
        }
    }
}
