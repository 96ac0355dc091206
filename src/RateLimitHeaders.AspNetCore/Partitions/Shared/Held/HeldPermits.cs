namespace RateLimitHeaders.AspNetCore;

/// <summary>The permits of a concurrency quota that a request holds in a store.</summary>
/// <param name="guard">The guard of the store.</param>
/// <param name="store">The partitions of the plan.</param>
/// <param name="answer">The decision that the store wrote, or may still write.</param>
internal sealed class HeldPermits(StoreGuard guard, StorePartitions store, RateLimitDecision answer)
{
    private readonly Lock _lock = new();
    private bool _isReleased;
    private bool _isRenewing;
    private bool _isReporting;
    private bool _isToBeReportedAgain;
    private long _since = guard.Keeper.Now;

    /// <summary>Gets the moment of the last renewal or, once the permits were released, of the release.</summary>
    public long Since
    {
        get
        {
            lock (_lock)
            {
                return _since;
            }
        }
    }

    public bool IsReleased
    {
        get
        {
            lock (_lock)
            {
                return _isReleased;
            }
        }
    }

    /// <summary>Starts renewing the permits while the request runs.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _since = guard.Keeper.Now;
        }

        guard.Keeper.Add(this);
    }

    /// <summary>Gives the permits back, without waiting for the store.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
            _since = guard.Keeper.Now;
        }

        guard.Keeper.Add(this);
        _ = SendReleaseAsync();
    }

    /// <summary>Gives back permits that the store may hold although it did not answer in time.</summary>
    public void GiveUp()
    {
        // Partitions set State before they call the store (see StorePartitions); without it nothing can be held.
        if (answer.State is not null)
        {
            Release();
        }
    }

    /// <summary>Gives back permits that the store holds after all. A release may have come before the acquisition, and is repeated.</summary>
    public void OnLateAnswer()
    {
        if (!answer.HoldsPermits)
        {
            return;
        }

        lock (_lock)
        {
            _isToBeReportedAgain = _isReporting;
            _isReleased = true;
            _since = guard.Keeper.Now;
        }

        guard.Keeper.Add(this);
        _ = SendReleaseAsync();
    }

    /// <summary>Renews the permits, unless a renewal is in progress: a slow store gets no further calls for it.</summary>
    public async Task RenewAsync()
    {
        ValueTask<bool> renewing;
        lock (_lock)
        {
            // Sent under the lock, so that a release comes after it and not before.
            if (_isReleased || _isRenewing)
            {
                return;
            }

            _isRenewing = true;
            guard.Keeper.OnCall();
            renewing = RunAsync(static call => call.Store.RenewAsync(call.Answer, CancellationToken.None));
        }

        var isRenewed = false;
        try
        {
            isRenewed = await renewing;
        }
        finally
        {
            lock (_lock)
            {
                _isRenewing = false;
                if (isRenewed && !_isReleased)
                {
                    _since = guard.Keeper.Now;
                }
            }

            guard.Keeper.OnAnswer();
        }
    }

    /// <summary>Releases the permits in the store, unless a release is in progress. The keeper repeats a release that has no answer.</summary>
    public async Task SendReleaseAsync()
    {
        lock (_lock)
        {
            if (_isReporting)
            {
                return;
            }

            _isReporting = true;
            guard.Keeper.OnCall();
        }

        var mustReportAgain = true;
        try
        {
            while (mustReportAgain)
            {
                var isReported = await RunAsync(static call => call.Store.ReleaseAsync(call.Answer));
                lock (_lock)
                {
                    mustReportAgain = isReported && _isToBeReportedAgain;
                    _isToBeReportedAgain = false;
                    _isReporting = mustReportAgain;
                }

                if (isReported && !mustReportAgain)
                {
                    guard.Keeper.Forget(this);
                }
            }
        }
        finally
        {
            guard.Keeper.OnAnswer();
        }
    }

    private ValueTask<bool> RunAsync(Func<(StorePartitions Store, RateLimitDecision Answer), ValueTask> call) =>
        guard.RunAsync(new CallTerms(new(store, answer.Caller)), (store, answer), call);
}
