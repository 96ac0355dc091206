using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the permits that are held at the moment; they come back with their lease, not with time.</summary>
public sealed class ConcurrencyQuota : Quota
{
    internal static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    // State: the limit, the permits that are held.
    internal const int Held = 1;

    internal ConcurrencyQuota(
        QuotaDescription description, double limit, int queueLimit, QueueProcessingOrder queueProcessingOrder, long retryAfter)
        : base(QuotaAlgorithm.Concurrency, description, limit)
    {
        QueueLimit = queueLimit;
        QueueProcessingOrder = queueProcessingOrder;
        RetryAfter = new TimeSpan(retryAfter);
    }

    /// <summary>Gets how many permits requests may wait for.</summary>
    public int QueueLimit { get; }

    /// <summary>Gets which waiting request is admitted first.</summary>
    public QueueProcessingOrder QueueProcessingOrder { get; }

    /// <summary>Gets the <c>Retry-After</c> of rejections.</summary>
    public TimeSpan RetryAfter { get; }

    internal override int StateLength => 2;

    /// <inheritdoc/>
    public override bool Equals(Quota? other) => base.Equals(other) && CountsAs(other);

    internal override bool CountsAs(Quota other) => base.CountsAs(other)
        && other is ConcurrencyQuota concurrency
        && (QueueLimit, QueueProcessingOrder, RetryAfter) == (concurrency.QueueLimit, concurrency.QueueProcessingOrder, concurrency.RetryAfter);

    internal override long FitsAt(Span<long> state, double limit, long now, long permits)
    {
        if (permits > (long)limit)
        {
            return Never;
        }

        return state[Held] <= (long)limit - permits ? now : now + RetryAfter.Ticks;
    }

    internal override void Charge(Span<long> state, double limit, long now, long permits, ref ChargeMark mark)
    {
        state[Held] += permits;
        mark.Permits += permits;
    }

    internal override void Refund(Span<long> state, double limit, long now, long permits, ref ChargeMark mark) =>
        state[Held] = Math.Max(0, state[Held] - mark.Remove(permits));

    internal override long UsedPermits(Span<long> state, double limit, long now) => state[Held];

    internal override void Grant(Span<long> state, double limit, long now, long permits)
    {
    }

    internal override QuotaStatus Status(Span<long> state, double limit, long now, bool isViolated) => new(
        Description, limit, Math.Max(0, (long)limit - state[Held]), QuotaStatus.NoTime, QuotaStatus.NoTime, isViolated);

    internal override long FullAt(ReadOnlySpan<long> state) => state[Held] == 0 ? 0 : Never;
}
