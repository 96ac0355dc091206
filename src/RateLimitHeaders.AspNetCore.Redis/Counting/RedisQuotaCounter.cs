namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Counts a plan in Redis: one round trip for each decision, none for a caller that is known to wait.</summary>
internal sealed class RedisQuotaCounter : QuotaCounter
{
    private readonly PlanCalls _calls;
    private readonly PartitionKeys _keys;
    private readonly IFallback _fallback;
    private readonly RefusalMemory? _refusals;
    private readonly LeaseKeeper? _keeper;

    /// <param name="plan">The plan.</param>
    /// <param name="gateway">The way to Redis, which is not the counter's to dispose.</param>
    /// <param name="groups">Has the requests of several callers share calls; <see langword="null"/> if they are not to.</param>
    /// <param name="options">The settings.</param>
    /// <param name="fallback">Decides while Redis cannot. It is disposed with the counter.</param>
    public RedisQuotaCounter(StoredPlan plan, IScriptGateway gateway, TakeGroups? groups, RedisStoreOptions options, IFallback fallback)
    {
        _calls = new PlanCalls(gateway, groups, plan, options);
        _keys = new PartitionKeys(plan, options);
        _fallback = fallback;
        _refusals = options.RememberRefusals ? new RefusalMemory(plan.TimeProvider, plan.MaxPartitions) : null;
        _keeper = _calls.HasConcurrency ? new LeaseKeeper(plan.TimeProvider, options.ConcurrencyLeaseTime) : null;
    }

    public PlanCalls Calls => _calls;

    public PartitionKeys Keys => _keys;

    public IFallback Fallback => _fallback;

    /// <summary>Gets the refusals that are remembered; <see langword="null"/> if none are.</summary>
    public RefusalMemory? Refusals => _refusals;

    /// <summary>Gets how many refusals are remembered.</summary>
    public int RememberedRefusals => _refusals?.Count ?? 0;

    /// <summary>Gets how many leases are held in Redis, or not yet known to be released.</summary>
    public int HeldLeases => _keeper?.Count ?? 0;

    /// <summary>Gets how many calls are under way that nobody waits for.</summary>
    public int CallsBehind => _keeper?.CallsUnderWay ?? 0;

    public override ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default)
    {
        // While Redis is out of reach, what it said last is no reason to refuse.
        if (!_calls.IsAvailable)
        {
            return _fallback.AcquireAsync(principal, permits, limits, cancellationToken);
        }

        var caller = _keys.Of(principal);
        return _refusals is not null && _refusals.TryGet(caller.Hash, permits, limits, out var refusal)
            ? new(new RememberedLease(refusal, _calls.Plan.TimeProvider))
            : AskAsync(principal, caller, permits, limits.ToArray(), cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _fallback.Dispose();
        _keeper?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<ExternalLease> AskAsync(
        RateLimitPrincipal principal, CallerKey caller, int permits, double[] limits, CancellationToken cancellationToken)
    {
        var keys = caller.Keys;
        var number = permits > 0 && _keeper is not null ? LeaseNumbers.Next() : 0;
        if (await _calls.TakeAsync(keys, permits, limits, number) is not { } answer)
        {
            if (number != 0)
            {
                // Redis may get to it later, and nobody would give back what it then holds before the lease ends.
                var unheard = new HeldPermits(_calls, _keeper!, keys, permits, number);
                _keeper!.Add(unheard);
                unheard.Release();
            }

            return await _fallback.AcquireAsync(principal, permits, limits, cancellationToken);
        }

        HeldPermits? held = null;
        if (!answer.IsGranted)
        {
            _refusals?.Add(caller.Hash, answer, permits, limits);
        }
        else if (number != 0)
        {
            held = new HeldPermits(_calls, _keeper!, keys, permits, number);
            _keeper!.Add(held);
        }

        return new RedisLease(_calls, keys, answer, permits, held, _refusals is null ? null : () => _refusals.Forget(caller.Hash));
    }
}
