using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Names the callers of a plan in a <see cref="CompareAndSwapStore"/>: <c>prefix:version:policy:token-type:fingerprint:hash</c>.
/// The hash stands for the id, so that ids of any length and content make short keys, and none is stored.
/// </summary>
internal sealed class StateKeys
{
    /// <summary>To be changed with what states mean (<see cref="CallerState"/>), so that no version of the library reads those of another.</summary>
    private const int Version = 1;

    /// <summary>Makes an odd number of bytes, which no text has.</summary>
    private const byte AddressMark = 1;

    private const int FingerprintLength = 6;
    private const int HashLength = 16;

    /// <summary>The length of the text that stands for an id.</summary>
    public const int NameLength = 22;

    private readonly string _beginningOfAll;
    private readonly string _beginning;

    public StateKeys(string prefix, PlanDefinition plan)
    {
        _beginningOfAll = string.Create(CultureInfo.InvariantCulture, $"{prefix}:{Version}:{plan.CountedAs}:{Uri.EscapeDataString(plan.TokenType)}:");
        _beginning = $"{_beginningOfAll}{Fingerprint(plan)}:";
    }

    /// <summary>Gets the key of the bans of the plan, whatever its quotas.</summary>
    public string OfBans => _beginningOfAll + "bans";

    /// <summary>Gets the key that a probe writes to.</summary>
    public string Probe => _beginning + "probe";

    /// <summary>Gets the key of what is counted of a caller.</summary>
    public string Of(in RateLimitPrincipal principal) => _beginning + NameOf(principal);

    /// <summary>Gets the key of the rejections of a caller, whatever the plan's quotas.</summary>
    /// <param name="name">The text that stands for the id of the caller.</param>
    public string OfRejections(string name) => $"{_beginningOfAll}rejections:{name}";

    /// <summary>Gets the text that stands for the id of a caller.</summary>
    public static string NameOf(in RateLimitPrincipal principal)
    {
        // Hashed as it is in memory: an encoder would make one and the same of all unpaired surrogates. An address and a text
        // that reads like one are two callers.
        var id = MemoryMarshal.AsBytes(principal.Id.AsSpan());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(principal.TextId is null ? [.. id, AddressMark] : id, hash);
        return Base64Url.EncodeToString(hash[..HashLength]);
    }

    /// <summary>
    /// Tells plans apart whose states mean different things, as while servers of an old and a new configuration run side by
    /// side. Limits are not part of it: what is used stays used when one is configured anew.
    /// </summary>
    private static string Fingerprint(PlanDefinition plan)
    {
        var text = new StringBuilder();
        foreach (var quota in plan.Quotas)
        {
            var shape = quota.Shape;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{(int)shape.Algorithm} {shape.Window} {shape.Detail} {shape.Unit.Length} {shape.Unit} {shape.Name.Length} {shape.Name}\n");
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Base64Url.EncodeToString(hash.AsSpan(0, FingerprintLength));
    }
}
