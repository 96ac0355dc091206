using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Calls the scripts for one plan.</summary>
internal sealed class PlanCalls
{
    // The operation, the permits, the plan, the limits, the lease, its marks, the present. Those at the end can be left out.
    private const int ArgumentsToLimits = 4;
    private const int ArgumentsToLease = 5;
    private const int ArgumentsToMarks = 6;
    private const int AllArguments = 7;

    private readonly IScriptGateway _gateway;
    private readonly RedisStoreOptions _options;
    private readonly RedisValue _plan;
    private readonly TakeScript? _take;
    private readonly TakeGroups? _groups;
    private long _calls;

    /// <param name="gateway">The way to Redis.</param>
    /// <param name="groups">Has the requests of several callers share calls; <see langword="null"/> if they are not to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="options">The settings.</param>
    public PlanCalls(IScriptGateway gateway, TakeGroups? groups, StoredPlan plan, RedisStoreOptions options)
    {
        _gateway = gateway;
        _groups = groups;
        _options = options;
        Plan = plan;
        HasConcurrency = plan.Quotas.Any(quota => quota is ConcurrencyQuota);
        var packed = PackedPlan.Of(plan.Quotas, options.ConcurrencyLeaseTime);
        _plan = CountScript.Pack(packed);
        _take = HasConcurrency || options.LocalLeases is not null ? null : new TakeScript(packed);
    }

    public bool IsAvailable => _gateway.IsAvailable;

    public StoredPlan Plan { get; }

    /// <summary>Gets a value indicating whether a lease holds permits until its request is done.</summary>
    public bool HasConcurrency { get; }

    /// <summary>Takes permits of every quota, or of none; 0 tells.</summary>
    public async ValueTask<Answer?> TakeAsync(RedisKey[] keys, int permits, double[] limits, long lease)
    {
        if (_take is not null)
        {
            var order = NextOrder();
            var what = _take.Argument(permits, limits);
            var result = _groups is not null && _gateway.SeesAllKeys()
                ? await _groups.RunAsync(keys, what)
                : await _gateway.RunAsync(TakeScript.Script, keys, [what, .. TakeScript.Last(_options.TestClock)]);
            if (result is null || !result.IsNull)
            {
                return Read(result, order);
            }

            // Another server, which is configured otherwise, holds a batch for this caller.
        }

        var values = Arguments(CountScript.Take, permits, lease != 0 ? ArgumentsToLease : ArgumentsToLimits);
        if (limits.Length > 0)
        {
            values[ArgumentsToLimits - 1] = CountScript.Pack(limits);
        }

        if (lease != 0)
        {
            values[ArgumentsToLease - 1] = lease;
        }

        return await AskAsync(keys, values);
    }

    /// <summary>Ends batches, takes permits of every quota or of none and, if they are granted, a batch of more.</summary>
    /// <param name="keys">The caller's keys.</param>
    /// <param name="permits">The permits to take; 0 for none but the batch.</param>
    /// <param name="limits">The limits from now on.</param>
    /// <param name="wanted">How large the batch should be.</param>
    /// <param name="leases">The settings of batches.</param>
    /// <param name="ended">The batches that have ended.</param>
    public ValueTask<Answer?> TakeBatchAsync(
        RedisKey[] keys, int permits, double[] limits, int wanted, LocalLeases leases, IReadOnlyList<Batch> ended)
    {
        var values = Arguments(CountScript.Batch, permits, ArgumentsToMarks);
        if (limits.Length > 0)
        {
            values[ArgumentsToLimits - 1] = CountScript.Pack(limits);
        }

        values[ArgumentsToLease - 1] = CountScript.Pack([wanted, leases.HoldTime.Ticks / TimeSpan.TicksPerMicrosecond, leases.Parts(_options.Nodes)]);
        values[ArgumentsToMarks - 1] = PackedBatches.Of(ended);
        return AskAsync(keys, values);
    }

    /// <summary>Ends batches, and gives back what is left of them.</summary>
    public ValueTask<Answer?> EndBatchesAsync(RedisKey[] keys, IReadOnlyList<Batch> ended)
    {
        var values = Arguments(CountScript.EndBatches, 0, ArgumentsToMarks);
        values[ArgumentsToMarks - 1] = PackedBatches.Of(ended);
        return AskAsync(keys, values);
    }

    /// <summary>Tells where the caller stands.</summary>
    public ValueTask<Answer?> TellAsync(RedisKey[] keys) => AskAsync(keys, Arguments(CountScript.Tell, 0, ArgumentsToLimits));

    /// <summary>Charges more or gives back.</summary>
    public ValueTask<Answer?> SettleAsync(RedisValue operation, RedisKey[] keys, int permits, double markedAt, ChargedMark[] marks)
    {
        var values = Arguments(operation, permits, ArgumentsToMarks);
        var numbers = new List<double> { markedAt };
        var limits = new double[marks.Length];
        for (var i = 0; i < marks.Length; i++)
        {
            numbers.AddRange(marks[i].At, marks[i].AtLeast, marks[i].Permits, marks[i].Limit);

            // If the state has expired since, the caller goes on with the limit that the lease was decided under.
            limits[i] = marks[i].Limit == Plan.Quotas[i].Limit ? double.NaN : marks[i].Limit;
        }

        values[ArgumentsToLimits - 1] = CountScript.Pack(limits);
        values[ArgumentsToMarks - 1] = CountScript.Pack(numbers.ToArray());
        return AskAsync(keys, values);
    }

    /// <summary>Renews or releases the lease of a concurrency quota.</summary>
    /// <returns>Whether Redis has done it.</returns>
    public async ValueTask<bool> KeepAsync(RedisValue operation, RedisKey[] keys, int permits, long lease)
    {
        var values = Arguments(operation, permits, ArgumentsToLease);
        values[ArgumentsToLease - 1] = lease;
        return await _gateway.RunAsync(CountScript.Script, keys, values) is not null;
    }

    private async ValueTask<Answer?> AskAsync(RedisKey[] keys, RedisValue[] values)
    {
        var order = NextOrder();
        return Read(await _gateway.RunAsync(CountScript.Script, keys, values), order);
    }

    private Answer? Read(RedisResult? result, long order) =>
        result is null ? null : Answer.Read((byte[]?)result, Plan.Quotas, Plan.TimeProvider.GetTimestamp(), order);

    private long NextOrder() => Interlocked.Increment(ref _calls);

    private RedisValue[] Arguments(RedisValue operation, int permits, int count)
    {
        var values = new RedisValue[_options.TestClock is null ? count : AllArguments];
        values[0] = operation;
        values[1] = permits;
        values[2] = _plan;
        values.AsSpan(3).Fill(CountScript.Nothing);
        if (_options.TestClock is { } clock)
        {
            values[^1] = clock().ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }
}
