using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Names the callers of a plan in a <see cref="CompareAndSwapStore"/>: <c>prefix:version:policy:token-type:hash</c>. The hash
/// replaces the id, so that ids of any length and content make short keys, and none is stored. The quotas are not part of the key:
/// a state contains them itself.
/// </summary>
internal sealed class StateKeys
{
    /// <summary>Must change with the meaning of states (<see cref="CallerState"/>), so that no version of the library reads those of another.</summary>
    private const int Version = 2;

    /// <summary>Makes the number of bytes odd, which it is for no text.</summary>
    private const byte AddressMark = 1;

    private const int HashLength = 16;

    /// <summary>The length of the text that replaces an id.</summary>
    public const int NameLength = 22;

    private readonly string _beginning;

    public StateKeys(string prefix, PlanDefinition plan) => _beginning = string.Create(
        CultureInfo.InvariantCulture,
        $"{prefix}:{Version}:{plan.CountedAs}:{Uri.EscapeDataString(plan.TokenType)}:");

    /// <summary>Gets the key of the bans of the plan.</summary>
    public string OfBans => _beginning + "bans";

    /// <summary>Gets the key that a probe writes to.</summary>
    public string Probe => _beginning + "probe";

    /// <summary>Returns the key of a caller's counts.</summary>
    public string Of(in RateLimitPrincipal principal) => _beginning + NameOf(principal);

    /// <summary>Returns the key of the rejections of a caller, whatever the plan's quotas.</summary>
    /// <param name="name">The text that replaces the id of the caller.</param>
    public string OfRejections(string name) => $"{_beginning}rejections:{name}";

    /// <summary>Returns the text that replaces the id of a caller.</summary>
    public static string NameOf(in RateLimitPrincipal principal)
    {
        // Hashes the UTF-16 code units. An encoder would replace all unpaired surrogates by one character, and two ids would get one hash.
        // An address and a text with the same content are two callers.
        var id = MemoryMarshal.AsBytes(principal.Id.AsSpan());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(principal.TextId is null ? [.. id, AddressMark] : id, hash);
        return Base64Url.EncodeToString(hash[..HashLength]);
    }
}
