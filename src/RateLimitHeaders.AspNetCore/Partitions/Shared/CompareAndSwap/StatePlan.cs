using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>How the states of a plan's callers are laid out, and what is counted on them.</summary>
internal sealed class StatePlan
{
    private readonly int[] _offsets;

    public StatePlan(PartitionsContext context, TimeSpan holdTime)
    {
        Context = context;
        HoldTime = holdTime.Ticks;
        Quotas = new QuotaSet(context.TimeProvider, context.Plan.Quotas, isByWallClock: true);
        Numbers = [.. context.Plan.Quotas.Select(quota => NumberOf(quota.Shape))];
        _offsets = new int[Count];
        Concurrency = -1;
        for (int i = 0, offset = 0; i < Count; i++)
        {
            _offsets[i] = offset;
            offset += Quotas.Quotas[i].StateLength;
            Concurrency = Quotas.Quotas[i] is ConcurrencyQuota ? i : Concurrency;
        }
    }

    public PartitionsContext Context { get; }

    public QuotaSet Quotas { get; }

    /// <summary>
    /// Gets the number of each quota, by which states tell quotas apart whose counts mean different things: a hash of its shape.
    /// Limits are not part of it: what is used stays used when one is configured anew.
    /// </summary>
    public long[] Numbers { get; }

    /// <summary>Gets the number of quotas.</summary>
    public int Count => Quotas.Quotas.Length;

    /// <summary>Gets the index of the concurrency quota; -1 if there is none.</summary>
    public int Concurrency { get; }

    /// <summary>Gets how long permits of a concurrency quota stay taken without a renewal, in ticks.</summary>
    public long HoldTime { get; }

    /// <summary>Gets the words of one quota.</summary>
    public Span<long> Slice(long[] words, int quota) => words.AsSpan(_offsets[quota], Quotas.Quotas[quota].StateLength);

    /// <summary>Gets a limit.</summary>
    public double Limit(long[] words, int quota) => BitConverter.Int64BitsToDouble(words[_offsets[quota]]);

    /// <summary>Gets the word of the concurrency quota that counts what is held.</summary>
    public ref long Held(long[] words) => ref words[_offsets[Concurrency] + ConcurrencyQuota.Held];

    private static long NumberOf(QuotaShape shape)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)shape.Algorithm} {shape.Window} {shape.Detail} {shape.Unit.Length} {shape.Unit} {shape.Name.Length} {shape.Name}");
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
