namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Permits out of a batch. What the batch cannot do any more, as it has ended, Redis does.</summary>
internal sealed class LocalLease(LeasingQuotaCounter counter, LocalCaller caller, Batch batch, int permits, int left, long takenAt) : ExternalLease
{
    private int _permits = permits;
    private int _left = left;
    private long _takenAt = takenAt;
    private QuotaStatus[]? _statuses;
    private RedisLease? _exact;

    public override bool IsAcquired => true;

    public override ReadOnlySpan<QuotaStatus> Statuses => _exact is not null ? _exact.Statuses : _statuses ??= batch.StatusesAt(_left, _takenAt);

    public override TimeSpan? RetryAfter => null;

    public override TimeSpan Age => _exact?.Age ?? counter.TimeProvider.GetElapsedTime(_takenAt);

    // By the clock of Redis, so that one window has one end on all servers.
    public override DateTimeOffset? TakenAt => _exact is null ? batch.Answer.TakenAt + batch.Since(_takenAt) : _exact.TakenAt;

    public override bool HoldsPermits => false;

    public override ValueTask ChargeAsync(int permits) =>
        TryLocally(permits) ? default : new(AwaitAsync(lease => lease.ChargeAsync(permits)));

    public override ValueTask RefundAsync(int permits)
    {
        if (TryLocally(-Math.Min(permits, Volatile.Read(ref _permits))))
        {
            counter.Forget(caller);
            return default;
        }

        return new(AwaitAsync(lease => lease.RefundAsync(permits)));
    }

    public override ValueTask RefreshAsync() => TryLocally(0) ? default : new(AwaitAsync(lease => lease.RefreshAsync()));

    /// <summary>Takes more permits out of the batch, or puts some back.</summary>
    private bool TryLocally(int permits)
    {
        lock (caller.Sync)
        {
            var now = counter.TimeProvider.GetTimestamp();
            if (_exact is not null || !batch.IsUsable(now) || batch.Left < permits || _permits + permits < 0)
            {
                return false;
            }

            batch.Left -= permits;
            _permits += permits;
            _left = batch.Left;
            _takenAt = now;
            _statuses = null;
            return true;
        }
    }

    private async Task AwaitAsync(Func<RedisLease, ValueTask> settle)
    {
        RedisLease exact;
        lock (caller.Sync)
        {
            // Permits of a batch were all counted at once and in one place, so that its mark is that of each of them.
            exact = _exact ??= counter.ExactLease(caller, batch.Answer, _permits);
        }

        await settle(exact);
    }
}
