namespace RateLimitHeaders.AspNetCore;

/// <summary>Has quotas count on what was counted under others, or elsewhere.</summary>
internal static class CarriedCounts
{
    extension(QuotaSet quotas)
    {
        /// <summary>Counts in a new state what a caller had used elsewhere, so that it comes back when it would have come back there.</summary>
        /// <param name="state">The new state.</param>
        /// <param name="quota">The index of the quota.</param>
        /// <param name="remaining">The permits that are left of the limit of this state.</param>
        /// <param name="takenAt">The moment at which that was so.</param>
        /// <param name="untilAll">The ticks from then until all was back.</param>
        public void Resume(Span<long> state, int quota, long remaining, long takenAt, long untilAll)
        {
            var (resumed, limit) = (quotas.Quotas[quota], quotas.Limit(state, quota));
            var counts = quotas.Slice(state, quota);
            var used = resumed is TokenBucketQuota bucket ? bucket.TokensIn(limit, untilAll) : Math.Max(0, (long)limit - remaining);
            if (used == 0)
            {
                return;
            }

            ChargeMark mark = default;
            switch (resumed)
            {
                case ConcurrencyQuota:
                    // Permits held elsewhere are released elsewhere and would never return here.
                    break;
                case WindowQuota:
                    // The other clock may be on the other side of a boundary that both clocks have.
                    WindowQuota.Resume(counts, quotas.Clock.Now, takenAt + untilAll, used);
                    break;
                case SlidingWindowQuota:
                    resumed.Charge(counts, limit, takenAt + untilAll - resumed.Shape.Window, used, ref mark);
                    break;
                default:
                    resumed.Charge(counts, limit, takenAt, used, ref mark);
                    break;
            }
        }

        /// <summary>
        /// Copies limits and counts of the quotas that another version of the plan has, too, and all between the two: those of the same
        /// shape, whatever their place. A quota that had left and has come back is another one: requests that began before give back nothing
        /// of what is counted since.
        /// </summary>
        /// <param name="others">The quotas of the other version.</param>
        /// <param name="from">A state of these.</param>
        /// <param name="to">A state of this one.</param>
        public void CopyShared(QuotaSet others, ReadOnlySpan<long> from, Span<long> to)
        {
            for (var i = 0; i < quotas.Quotas.Length; i++)
            {
                var other = others.PlaceOf(quotas.Quotas[i].Shape);
                if (other >= 0 && Math.Max(quotas.Since(i), others.Since(other)) <= Math.Min(quotas.Version, others.Version))
                {
                    others.Slice(from, other).CopyTo(quotas.Slice(to, i));
                }
            }
        }

        /// <summary>Copies limits and counts of all quotas of the same shape, but not what requests hold, which they give back elsewhere.</summary>
        /// <param name="others">As in <see cref="CopyShared"/>.</param>
        /// <param name="from">As in <see cref="CopyShared"/>.</param>
        /// <param name="to">As in <see cref="CopyShared"/>.</param>
        public void CopyUsed(QuotaSet others, ReadOnlySpan<long> from, Span<long> to)
        {
            for (var i = 0; i < quotas.Quotas.Length; i++)
            {
                var other = others.PlaceOf(quotas.Quotas[i].Shape);
                if (other >= 0 && i != quotas.ConcurrencyIndex)
                {
                    others.Slice(from, other).CopyTo(quotas.Slice(to, i));
                }
            }
        }

        /// <summary>
        /// Copies limits and counts of the quotas of the same shape of which more is used in the other state, but not what requests hold,
        /// which they give back elsewhere. The limit of the caller here may be another one, and is set by its next request. Until then
        /// a bucket is refilled at the rate that it had.
        /// </summary>
        /// <param name="others">As in <see cref="CopyShared"/>.</param>
        /// <param name="from">As in <see cref="CopyShared"/>.</param>
        /// <param name="to">As in <see cref="CopyShared"/>.</param>
        /// <param name="now">The present.</param>
        public void CopyGreater(QuotaSet others, Span<long> from, Span<long> to, long now)
        {
            for (var i = 0; i < quotas.Quotas.Length; i++)
            {
                var other = others.PlaceOf(quotas.Quotas[i].Shape);
                if (other >= 0
                    && i != quotas.ConcurrencyIndex
                    && others.UsedPermits(from, other, now) > quotas.UsedPermits(to, i, now))
                {
                    others.Slice(from, other).CopyTo(quotas.Slice(to, i));
                }
            }
        }
    }
}
