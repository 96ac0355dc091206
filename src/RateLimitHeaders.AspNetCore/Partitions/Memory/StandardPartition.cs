namespace RateLimitHeaders.AspNetCore;

/// <summary>The partition of any quotas, whose requests may wait in a queue, and which callers may share.</summary>
internal sealed class StandardPartition : MemoryPartition
{
    private long[] _state;
    private AcquisitionQueue? _queue;

    // The number of resets after which the partition stayed because requests held permits.
    private int _resets;

    /// <param name="quotas">The quotas of the plan.</param>
    /// <param name="isOverflow">Whether the partition is shared by callers for which there is no room.</param>
    public StandardPartition(QuotaSet quotas, bool isOverflow = false)
        : base(quotas)
    {
        _state = new long[quotas.StateLength];
        IsOverflow = isOverflow;
    }

    public override bool IsOverflow { get; }

    public override long QueuedPermits => _queue?.QueuedPermits ?? 0;

    protected override Span<long> State => _state;

    protected override bool IsAwaited => _queue is { Count: > 0 };

    public override ValueTask<bool> AcquireAsync(
        ReadOnlyMemory<long> costs,
        ReadOnlyMemory<double> limits,
        RateLimitDecision decision,
        QuotaSet requested,
        CancellationToken cancellationToken)
    {
        if (requested.Concurrency is not { QueueLimit: > 0 } concurrency)
        {
            return base.AcquireAsync(costs, limits, decision, requested, cancellationToken);
        }

        lock (this)
        {
            if (!TryAcquire(costs.Span, limits.Span, decision, requested))
            {
                return new(false);
            }

            if (decision.IsAcquired || !CanWait(decision))
            {
                return new(true);
            }

            _queue ??= new AcquisitionQueue(this);
            return _queue.TryEnqueue(concurrency, requested, decision, costs, cancellationToken) is { } waiting ? new(waiting) : new(true);
        }
    }

    /// <summary>Admits waiting requests that fit, under the lock.</summary>
    public void ServeQueue()
    {
        while (Quotas is { } current && _queue?.Peek(current.Concurrency) is { } waiter)
        {
            AcquireLocked(waiter.Costs.Span, current.Clock.Now, waiter.Decision, waiter.Quotas);
            if (!waiter.Decision.IsAcquired && CanWait(waiter.Decision))
            {
                return;
            }

            // Admitted; or rejected by a quota that other requests have used up in the meantime, and whose permits come back only with time.
            _queue.Complete(waiter);
        }
    }

    /// <summary>Continues in place: requests hold permits of this partition, and wait in its queue.</summary>
    public override void MoveTo(QuotaSet quotas, ReadOnlySpan<double> limits, bool isSpaced, Func<MemoryPartition, bool> tryReplace)
    {
        lock (this)
        {
            if (Quotas is { } before && before.Version < quotas.Version)
            {
                var state = new long[quotas.StateLength];
                quotas.Initialize(state);
                quotas.SetLimits(state, limits, quotas.Clock.Now);
                quotas.CopyUsed(before, _state, state);
                quotas.CopyCommon(before, _state, state);
                _state = state;
                Continue(quotas);
                ServeQueue();
            }
        }
    }

    public override bool TryReset()
    {
        lock (this)
        {
            _resets++;
            return base.TryReset();
        }
    }

    protected override void Attach(RateLimitDecision decision, QuotaSet quotas)
    {
        base.Attach(decision, quotas);
        decision.Resets = _resets;
    }

    protected override void ForgetBeforeReset(RateLimitDecision decision, QuotaSet quotas)
    {
        if (decision.Resets != _resets)
        {
            quotas.ForgetCharges(decision);
            decision.Resets = _resets;
        }
    }

    protected override bool MustWaitBehindOthers(QuotaSet quotas) =>
        _queue is { Count: > 0 } queue && quotas.Concurrency is { } concurrency && queue.MustWaitBehindOthers(concurrency);

    protected override void OnPermitsReturned() => ServeQueue();

    protected override void OnRetired() => _queue?.RejectAll();

    /// <summary>Returns whether a rejected request only has to wait for another request to end.</summary>
    private static bool CanWait(RateLimitDecision decision)
    {
        foreach (ref readonly var status in decision.Statuses)
        {
            if (status.IsViolated && !status.Quota.IsConcurrency)
            {
                return false;
            }
        }

        return decision.RetryAfter is not null;
    }
}
