namespace RateLimitHeaders.AspNetCore;

/// <summary>The statuses of a caller in the store's last answer.</summary>
internal sealed class LastStanding
{
    private readonly long _takenAt;
    private readonly (double Limit, long Remaining, long UntilAll)[] _quotas;

    public LastStanding(RateLimitDecision answer)
    {
        _takenAt = answer.TakenAt;
        _quotas = new (double, long, long)[answer.Statuses.Length];
        for (var i = 0; i < _quotas.Length; i++)
        {
            ref readonly var status = ref answer.Statuses[i];
            _quotas[i] = (status.LimitOrNaN, status.Remaining, Math.Max(0, status.UntilAllTicks));
        }
    }

    /// <summary>Returns whether all permits are back by now, so that the statuses are of no interest.</summary>
    public bool IsOver(long now)
    {
        foreach (ref readonly var quota in _quotas.AsSpan())
        {
            if (_takenAt + quota.UntilAll > now)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Counts in a new state this server's share of the used permits.</summary>
    public void Resume(QuotaSet quotas, Span<long> state, NodeLimits nodeLimits)
    {
        var limits = new double[_quotas.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = nodeLimits.OfLimit(_quotas[i].Limit);
        }

        quotas.SetLimits(state, limits, _takenAt);
        for (var i = 0; i < limits.Length; i++)
        {
            if (quotas.Quotas[i] is WindowQuota && _quotas[i].Remaining >= (long)_quotas[i].Limit)
            {
                // Nothing is used, but the window has an end. The share of the remaining permits is rounded down, and may be 0 of a limit of which
                // this server may admit one.
                continue;
            }

            quotas.Resume(state, i, nodeLimits.OfRemaining(_quotas[i].Remaining), _takenAt, _quotas[i].UntilAll);
        }
    }
}
