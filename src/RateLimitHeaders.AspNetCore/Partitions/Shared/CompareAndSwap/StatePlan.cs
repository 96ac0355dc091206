using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The layout of the states of a plan's callers, and the quotas that are counted in them.</summary>
internal sealed class StatePlan
{
    public StatePlan(PartitionsContext context, TimeSpan holdTime)
    {
        Context = context;
        HoldTime = holdTime.Ticks;
        Quotas = new QuotaSet(context.TimeProvider, context.Plan.Quotas, isByWallClock: true);
        Numbers = [.. context.Plan.Quotas.Select(quota => NumberOf(quota.Shape))];
    }

    public PartitionsContext Context { get; }

    public QuotaSet Quotas { get; }

    /// <summary>
    /// Gets the number of each quota, by which states distinguish quotas whose counts have different meanings: a hash of its shape.
    /// Limits are not part of it: used permits stay used when a limit is changed.
    /// </summary>
    public long[] Numbers { get; }

    /// <summary>Gets the number of quotas.</summary>
    public int Count => Quotas.Quotas.Length;

    /// <summary>Gets the index of the concurrency quota; -1 if there is none.</summary>
    public int Concurrency => Quotas.ConcurrencyIndex;

    /// <summary>Gets how long permits of a concurrency quota stay taken without a renewal, in ticks.</summary>
    public long HoldTime { get; }

    /// <summary>Gets the words of one quota.</summary>
    public Span<long> Slice(long[] words, int quota) => Quotas.Slice(words.AsSpan(), quota);

    /// <summary>Gets a limit.</summary>
    public double Limit(long[] words, int quota) => Quotas.Limit(words, quota);

    /// <summary>Returns the word of the concurrency quota that counts held permits.</summary>
    public ref long Held(long[] words) => ref Slice(words, Concurrency)[ConcurrencyQuota.Held];

    /// <summary>
    /// Writes the moments into a decision: when it was made by this server's clock, and by the
    /// time at which all servers count.
    /// </summary>
    public void Complete(CallerState state, long now, RateLimitDecision decision)
    {
        decision.TakenAt = Context.Clock.Now;
        decision.StoreTime = DateTimeOffset.UnixEpoch.AddTicks(now);
        decision.Batch = new BatchTerms(0, TimeSpan.Zero, 0, StateTime.UntilLastBatchEnds(state, now));
    }

    private static long NumberOf(QuotaShape shape)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(int)shape.Algorithm} {shape.Window} {shape.Detail} {shape.Unit.Length} {shape.Unit} {shape.Name.Length} {shape.Name}");
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
