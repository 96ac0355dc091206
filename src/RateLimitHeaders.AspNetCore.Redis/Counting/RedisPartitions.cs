using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The partitions of one plan in Redis: a key for each caller. One call decides a request, or two if a server holds a batch of its caller.</summary>
internal sealed class RedisPartitions : StorePartitions
{
    // With the 31 bits of the process, which HeldNumbers adds, these are the 53 bits that doubles hold exactly.
    private const int CounterBits = 22;

    private readonly IScriptRunner _runner;
    private readonly TakeGroups _takes;
    private readonly LookGroups _looks;
    private readonly KeyScan _scan;
    private readonly TimeSpan _holdTime;
    private readonly RateLimitClock _clock;
    private readonly StoreClock _storeClock;
    private readonly RedisKeys _keys;
    private readonly RedisBans _bans;
    private readonly int _concurrency;
    private volatile PlanCodec _codec;

    /// <param name="context">The plan, and the services with which partitions are created.</param>
    /// <param name="runner">Runs the scripts.</param>
    /// <param name="takes">Sends the requests of several callers in shared calls.</param>
    /// <param name="looks">Reads the statuses of callers.</param>
    /// <param name="scan">Finds the keys of callers.</param>
    /// <param name="options">The settings.</param>
    public RedisPartitions(
        PartitionsContext context, IScriptRunner runner, TakeGroups takes, LookGroups looks, KeyScan scan, RedisStoreOptions options)
    {
        _runner = runner;
        _takes = takes;
        _looks = looks;
        _scan = scan;
        _holdTime = options.HeldPermitLifetime;
        _clock = context.Clock;
        _storeClock = new StoreClock(_clock);
        _keys = new RedisKeys(context.Plan, options);
        _bans = new RedisBans(runner, _keys);
        _concurrency = context.Plan.Quotas.Select(quota => quota.Shape.Algorithm).ToList().IndexOf(QuotaAlgorithm.Concurrency);
        _codec = new PlanCodec(context.Plan, _holdTime, _storeClock);
    }

    public override bool SupportsBatches => !HasConcurrency;

    public override bool KeepsBans => true;

    private bool HasConcurrency => _concurrency >= 0;

    public override ValueTask AcquireAsync(in AcquireArguments arguments, RateLimitDecision decision)
    {
        var codec = _codec;
        RedisKey[] keys = [_keys.Of(arguments.Principal)];
        var call = codec.Call(arguments.Costs.Span, arguments.Limits.Span, arguments.InitialLimits.Span);
        return HasConcurrency
            ? HoldAsync(codec, keys, call, arguments.Costs, decision)
            : TakeAsync(codec, keys, call, arguments.Costs, decision);
    }

    /// <summary>Prepares an acquisition that is made together with those of other plans.</summary>
    public CallerCall Prepare(PlanAcquisition acquisition)
    {
        var (codec, arguments) = (_codec, acquisition.Arguments);
        RedisKey[] keys = [_keys.Of(arguments.Principal)];
        var call = codec.Call(arguments.Costs.Span, arguments.Limits.Span, arguments.InitialLimits.Span);
        return new(keys[0], call, answer => Read(codec, answer, keys, arguments.Costs, acquisition.Decision));
    }

    public override ValueTask AcquireBatchAsync(in BatchArguments arguments, RateLimitDecision decision)
    {
        var codec = _codec;
        var acquire = arguments.Acquire;
        RedisKey[] keys = [_keys.Of(acquire.Principal)];
        var call = codec.Call(acquire.Costs.Span, acquire.Limits.Span, acquire.InitialLimits.Span);
        var answer = _runner.CountAsync(CountCalls.TakeBatch, keys, call, PlanCodec.Batch(arguments), PlanCodec.Ended(arguments.Ended));
        return ReadAsync(codec, answer, keys, acquire.Costs, decision);
    }

    public override ValueTask PeekAsync(PeekArguments arguments, CancellationToken cancellationToken) =>
        new(_looks.DemandAsync([Look(arguments)], cancellationToken));

    public override ValueTask AdjustAsync(RateLimitDecision decision, in AdjustArguments arguments) =>
        decision.IsAcquired && decision.State is RedisCharge charge ? AdjustAsync(charge, decision, arguments) : default;

    /// <summary>Creates the call that reads the statuses of a caller.</summary>
    public CallerCall Look(PeekArguments peek) => Look(_keys.Of(peek.Principal), peek.Limits.Span, peek.Decision);

    public override async ValueTask ReleaseAsync(RateLimitDecision decision)
    {
        if (decision.State is RedisCharge { HoldNumber: not 0 } charge)
        {
            await _runner.CountAsync(CountCalls.Release, charge.Keys, _codec.Held(0), charge.HoldNumber);
        }
    }

    public override async ValueTask RenewAsync(RateLimitDecision decision, CancellationToken cancellationToken)
    {
        if (decision.State is RedisCharge { HoldNumber: not 0 } charge)
        {
            await _runner.CountAsync(CountCalls.Renew, charge.Keys, _codec.Held(charge.Held), charge.HoldNumber).WaitObservedAsync(cancellationToken);
        }
    }

    public override ValueTask ResetAsync(RateLimitPrincipal principal, CancellationToken cancellationToken)
    {
        RedisKey[] keys = [_keys.Of(principal)];
        Task reset = HasConcurrency ? _runner.CountAsync(CountCalls.Reset, keys, _codec.Held(0)) : _runner.RunAsync(Scripts.Delete, keys, []);
        return new(reset.WaitObservedAsync(cancellationToken));
    }

    public override ValueTask GrantAsync(RateLimitPrincipal principal, ReadOnlyMemory<long> permits, CancellationToken cancellationToken)
    {
        var answer = _runner.CountAsync(CountCalls.Grant, [_keys.Of(principal)], _codec.Grant(permits.Span));
        return new(answer.WaitObservedAsync(cancellationToken));
    }

    public override async ValueTask<CallerListing> ListAsync(ListArguments arguments, CancellationToken cancellationToken)
    {
        // Keys are found some at a time, and all of their callers are read in few calls.
        var page = await _scan.RunAsync(_keys.Pattern, arguments.Looked, arguments.Cursor, cancellationToken);
        (RedisKey Key, RateLimitDecision Decision)[] callers = [.. page.Keys.Distinct().Select(key => (key, new RateLimitDecision()))];
        var errors = await _looks.RunAsync([.. callers.Select(caller => Look(caller.Key, default, caller.Decision))], cancellationToken);

        // Data of the application under a key that looks like one of these is not a caller.
        var nearest = callers
            .Where((_, i) => errors[i] is null)
            .Select(caller => new ListedCaller(RedisKeys.HashIn(caller.Key), IsHash: true, caller.Decision.Statuses.ToArray()))
            .Where(caller => caller.SmallestShare < 1)
            .OrderBy(caller => caller.SmallestShare)
            .Take(arguments.Count);
        return new CallerListing([.. nearest], page.Cursor);
    }

    public override string? ListedIdOf(RateLimitPrincipal principal) => RedisKeys.HashIn(_keys.Of(principal));

    public override ValueTask CheckAsync(RateLimitPrincipal principal, CancellationToken cancellationToken) =>
        new(_runner.RunAsync(Scripts.Check, [_keys.OfCheck(principal)], []).WaitObservedAsync(cancellationToken));

    public override string BanNameOf(in RateLimitPrincipal principal) => _keys.NameOf(principal);

    public override ValueTask BanAsync(string name, TimeSpan lasts) => _bans.SetAsync(name, lasts);

    public override ValueTask<bool> ExtendBanAsync(string name, TimeSpan lasts) => _bans.ExtendAsync(name, lasts);

    public override ValueTask<long> AddRejectionsAsync(string name, long rejections, TimeSpan within) =>
        _bans.AddRejectionsAsync(name, rejections, within);

    public override ValueTask<StoredBans> ReadBansAsync(long after) => _bans.ReadAsync(after);

    public override bool TryUpdate(PlanDefinition plan)
    {
        if (!plan.Quotas.Select(quota => quota.Shape).SequenceEqual(_codec.Plan.Quotas.Select(quota => quota.Shape)))
        {
            return false;
        }

        _codec = new PlanCodec(plan, _holdTime, _storeClock);
        return true;
    }

    private CallerCall Look(RedisKey key, ReadOnlySpan<double> limits, RateLimitDecision decision)
    {
        var codec = _codec;
        return new CallerCall(key, codec.Look(limits), answer => Read(codec, answer, [key], default, decision));
    }

    private async ValueTask TakeAsync(PlanCodec codec, RedisKey[] keys, RedisValue call, ReadOnlyMemory<long> costs, RateLimitDecision decision)
    {
        // For a caller with a batch, the script takes nothing and returns no answer.
        var result = await _takes.RunAsync(keys, call);
        var answer = result.IsNull ? await _runner.CountAsync(CountCalls.Take, keys, call) : (byte[]?)result;
        Read(codec, answer, keys, costs, decision);
    }

    /// <summary>Takes costs of a plan with a concurrency quota.</summary>
    private async ValueTask HoldAsync(PlanCodec codec, RedisKey[] keys, RedisValue call, ReadOnlyMemory<long> costs, RateLimitDecision decision)
    {
        var held = Math.Max(0, costs.Span[_concurrency]);
        var number = held > 0 ? HeldNumbers.Next(CounterBits) : 0;

        // Set before the answer, so that permits that Redis may hold can be released if the answer is late.
        decision.State = new RedisCharge(keys, 0, number, held);
        decision.HoldsPermits = number != 0;
        var answer = await _runner.CountAsync(CountCalls.Take, keys, call, number);
        Read(codec, answer, keys, costs, decision);
        if (decision.IsAcquired && number != 0)
        {
            decision.State = (RedisCharge)decision.State! with { HoldNumber = number, Held = held };
            decision.HoldsPermits = true;
        }
    }

    private async ValueTask ReadAsync(PlanCodec codec, Task<byte[]?> answer, RedisKey[] keys, ReadOnlyMemory<long> costs, RateLimitDecision decision) =>
        Read(codec, await answer, keys, costs, decision);

    private void Read(PlanCodec codec, byte[]? answer, RedisKey[] keys, ReadOnlyMemory<long> costs, RateLimitDecision decision)
    {
        var now = codec.ReadDecision(answer, costs.Span, _clock.Now, decision);
        decision.State = new RedisCharge(keys, now);
        decision.HoldsPermits = false;
    }

    private async ValueTask AdjustAsync(RedisCharge charge, RateLimitDecision decision, AdjustArguments arguments)
    {
        var codec = _codec;
        var permits = arguments.Permits;
        var call = codec.Adjustment(arguments, decision.Marks);
        var answer = await _runner.CountAsync(CountCalls.Adjust, charge.Keys, call, codec.MaxDebts, PlanCodec.Marks(charge, decision.Marks));
        var now = codec.ReadAdjustment(answer, permits.Span, _clock.Now, decision);
        if (permits.Span.ContainsAnyExcept(0L))
        {
            decision.State = charge with { At = now };
        }
    }
}
