namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>One partition, without the others of its plan, which is asked for the same permits of all its quotas.</summary>
internal sealed class TestedPartition(MemoryPartition partition, IReadOnlyList<Quota> quotas)
{
    public MemoryPartition Partition => partition;

    public QuotaSet QuotaSet { get; } = partition.Quotas!;

    public static TestedPartition Standard(TimeProvider clock, params Quota[] quotas) =>
        Start(new StandardPartition(new QuotaSet(clock, quotas)), quotas);

    /// <summary>Creates a partition as a plan of these quotas has it.</summary>
    public static TestedPartition OfAPlan(TimeProvider clock, params Quota[] quotas) =>
        Start(PartitionTable.Create(new QuotaSet(clock, quotas), isSpaced: false), quotas);

    /// <summary>Creates a partition as a plan of this quota has it, which must be a compact one.</summary>
    public static TestedPartition Compact(TimeProvider clock, Quota quota)
    {
        var partition = OfAPlan(clock, quota);
        Assert.IsNotType<StandardPartition>(partition.Partition);
        return partition;
    }

    /// <summary>Asks for permits. Where that is 0, it is admitted while there is one, as with a limiter.</summary>
    public TestedAnswer Take(long permits = 1) => Take(CostsOf(permits), []);

    /// <summary>Asks for permits, and says the limits.</summary>
    public TestedAnswer Take(long permits, params double[] limits) => Take(CostsOf(permits), limits);

    public TestedAnswer Peek()
    {
        var decision = new RateLimitDecision();
        Assert.True(partition.TryPeek([], decision, QuotaSet));
        return new TestedAnswer(partition, decision);
    }

    /// <summary>Asks and, where there is a queue, waits in it.</summary>
    public async Task<TestedAnswer> Wait(long permits = 1, CancellationToken cancellationToken = default)
    {
        var decision = new RateLimitDecision();
        Assert.True(await partition.AcquireAsync(CostsOf(permits), default, decision, QuotaSet, cancellationToken));
        return new TestedAnswer(partition, decision);
    }

    public void SetLimit(string quotaName, double limit) => Assert.True(
        partition.TrySetLimits([.. quotas.Select(quota => quota.Description.Name == quotaName ? limit : double.NaN)]));

    public bool TryRetire() => partition.TryRetire();

    private static TestedPartition Start(MemoryPartition partition, Quota[] quotas)
    {
        partition.Start([], origin: null);
        return new TestedPartition(partition, quotas);
    }

    private TestedAnswer Take(long[] costs, double[] limits)
    {
        var decision = new RateLimitDecision();
        Assert.True(partition.TryAcquire(costs, limits, decision, QuotaSet));
        return new TestedAnswer(partition, decision);
    }

    private long[] CostsOf(long permits) => [.. quotas.Select(_ => permits == 0 ? PermitCost.AnyLeft : permits)];
}
