namespace RateLimitHeaders.AspNetCore;

/// <summary>Continues counts of quotas that were counted under other quotas, or elsewhere.</summary>
internal static class CarriedCounts
{
    extension(QuotaSet quotas)
    {
        /// <summary>Counts in a new state the permits that a caller had used elsewhere, so that they come back when they would have come back there.</summary>
        /// <param name="state">The new state.</param>
        /// <param name="quota">The index of the quota.</param>
        /// <param name="remaining">The permits that are left of the limit of this state.</param>
        /// <param name="takenAt">The moment of that status.</param>
        /// <param name="untilAll">The ticks from then until all were back.</param>
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
        /// Copies limits and counts of the quotas that another version of the plan also has, and all versions between the two: those of the same
        /// shape, whatever their index. A quota that was removed and added again is another one: requests that began before give back none
        /// of the permits that were counted since.
        /// </summary>
        /// <param name="others">The quotas of the other version.</param>
        /// <param name="from">A state of these.</param>
        /// <param name="to">A state of this one.</param>
        public void CopyCommon(QuotaSet others, ReadOnlySpan<long> from, Span<long> to)
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

        /// <summary>Copies limits and counts of all quotas of the same shape, except permits that requests hold, which they give back elsewhere.</summary>
        /// <param name="others">As in <see cref="CopyCommon"/>.</param>
        /// <param name="from">As in <see cref="CopyCommon"/>.</param>
        /// <param name="to">As in <see cref="CopyCommon"/>.</param>
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
        /// Copies limits and counts of the quotas of the same shape of which more is used in the other state, except permits that requests hold,
        /// which they give back elsewhere. The caller's limit here may be another one, and is set by its next request. Until then
        /// a bucket is refilled at its previous rate.
        /// </summary>
        /// <param name="others">As in <see cref="CopyCommon"/>.</param>
        /// <param name="from">As in <see cref="CopyCommon"/>.</param>
        /// <param name="to">As in <see cref="CopyCommon"/>.</param>
        /// <param name="now">The present moment.</param>
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
