namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Permits out of a batch. What the batch cannot do any more, as it has ended, Redis does.</summary>
internal sealed class LocalLease : ExternalLease
{
    private readonly LeasingQuotaCounter _counter;
    private readonly LocalCaller _caller;
    private readonly Batch _batch;
    private int _permits;
    private Answer _answer;
    private int _held;
    private int _lent;
    private long _takenAt;
    private QuotaStatus[]? _statuses;
    private RedisLease? _exact;

    /// <summary>Creates the lease of permits that were just taken. The caller's lock is held.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="permits">The permits.</param>
    /// <param name="takenAt">The moment, as a timestamp.</param>
    public LocalLease(LeasingQuotaCounter counter, LocalCaller caller, Batch batch, int permits, long takenAt)
    {
        _counter = counter;
        _caller = caller;
        _batch = batch;
        _permits = permits;
        _answer = caller.Latest ?? batch.Answer;
        _held = caller.Left;
        _lent = caller.Lent;
        _takenAt = takenAt;
    }

    public override bool IsAcquired => true;

    public override ReadOnlySpan<QuotaStatus> Statuses =>
        _exact is not null ? _exact.Statuses : _statuses ??= LaterStatus.Of(_answer, _counter.Quotas, _held, SinceAnswer, _lent);

    public override TimeSpan? RetryAfter => null;

    public override TimeSpan Age => _exact?.Age ?? _counter.TimeProvider.GetElapsedTime(_takenAt);

    // By the clock of Redis, so that one window has one end on all servers.
    public override DateTimeOffset? TakenAt => _exact is null ? _answer.TakenAt + SinceAnswer : _exact.TakenAt;

    public override bool HoldsPermits => false;

    private TimeSpan SinceAnswer => _counter.TimeProvider.GetElapsedTime(_answer.Timestamp, _takenAt);

    public override ValueTask ChargeAsync(int permits) =>
        TryLocally(permits) ? default : new(AwaitAsync(lease => lease.ChargeAsync(permits)));

    public override ValueTask RefundAsync(int permits)
    {
        if (TryLocally(-Math.Min(permits, Volatile.Read(ref _permits))))
        {
            _counter.Forget(_caller);
            return default;
        }

        return new(AwaitAsync(lease => lease.RefundAsync(permits)));
    }

    public override ValueTask RefreshAsync() => TryLocally(0) ? default : new(AwaitAsync(lease => lease.RefreshAsync()));

    /// <summary>Takes more permits out of the batch, or puts some back.</summary>
    private bool TryLocally(int permits)
    {
        lock (_caller.Sync)
        {
            var now = _counter.TimeProvider.GetTimestamp();
            var left = _batch.Left - permits;
            if (_exact is not null || !_batch.IsUsable(now) || left < 0 || _permits + permits < 0 || IsTooMuch(left))
            {
                return false;
            }

            _batch.Left = left;
            _permits += permits;
            _answer = _caller.Latest ?? _answer;
            _held = _caller.Left;
            _lent = _caller.Lent;
            _takenAt = now;
            _statuses = null;
            return true;
        }
    }

    /// <summary>
    /// Tells whether a refund would make a batch larger than it was, since a bucket refills meanwhile what was used at once,
    /// or more would be held of the caller than may be.
    /// </summary>
    private bool IsTooMuch(int left) => left > _batch.Left && (left > _batch.Extra || _caller.Left - _batch.Left + left > _counter.MaxBatch);

    private async Task AwaitAsync(Func<RedisLease, ValueTask> settle)
    {
        RedisLease exact;
        lock (_caller.Sync)
        {
            // Permits of a batch were all counted at once and in one place, so that its mark is that of each of them.
            exact = _exact ??= _counter.ExactLease(_caller, _batch.Answer, _permits);
        }

        // Redis hears first that the batch has ended: until then a bucket takes nothing back of it.
        _counter.GiveBackOverdue(_caller);
        await settle(exact);
    }
}
