using System.Globalization;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Calls the script for one plan.</summary>
internal sealed class PlanCalls(IScriptGateway gateway, StoredPlan plan, RedisStoreOptions options)
{
    // The operation, the permits, the plan, the limits, the lease, its marks, the present. Those at the end can be left out.
    private const int ArgumentsToLimits = 4;
    private const int ArgumentsToLease = 5;
    private const int ArgumentsToMarks = 6;
    private const int AllArguments = 7;

    private readonly RedisValue _plan = PackedPlan.Of(plan.Quotas, options.ConcurrencyLeaseTime);

    public bool IsAvailable => gateway.IsAvailable;

    public StoredPlan Plan => plan;

    /// <summary>Gets a value indicating whether a lease holds permits until its request is done.</summary>
    public bool HasConcurrency { get; } = plan.Quotas.Any(quota => quota is ConcurrencyQuota);

    /// <summary>Takes permits of every quota, or of none; 0 tells.</summary>
    public ValueTask<Answer?> TakeAsync(RedisKey[] keys, int permits, double[] limits, long lease)
    {
        var values = Arguments(CountScript.Take, permits, lease != 0 ? ArgumentsToLease : ArgumentsToLimits);
        if (limits.Length > 0)
        {
            values[ArgumentsToLimits - 1] = CountScript.Pack(limits);
        }

        if (lease != 0)
        {
            values[ArgumentsToLease - 1] = lease;
        }

        return AskAsync(keys, values);
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

        values[ArgumentsToLease - 1] = CountScript.Pack([wanted, leases.HoldTime.Ticks / TimeSpan.TicksPerMicrosecond, leases.Parts(options.Nodes)]);
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
            limits[i] = marks[i].Limit == plan.Quotas[i].Limit ? double.NaN : marks[i].Limit;
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
        return await gateway.RunAsync(CountScript.Script, keys, values) is not null;
    }

    private async ValueTask<Answer?> AskAsync(RedisKey[] keys, RedisValue[] values)
    {
        var result = await gateway.RunAsync(CountScript.Script, keys, values);
        return result is null ? null : Answer.Read((byte[]?)result, plan.Quotas, plan.TimeProvider.GetTimestamp());
    }

    private RedisValue[] Arguments(RedisValue operation, int permits, int count)
    {
        var values = new RedisValue[options.TestClock is null ? count : AllArguments];
        values[0] = operation;
        values[1] = permits;
        values[2] = _plan;
        values.AsSpan(3).Fill(CountScript.Nothing);
        if (options.TestClock is { } clock)
        {
            values[^1] = clock().ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }
}
