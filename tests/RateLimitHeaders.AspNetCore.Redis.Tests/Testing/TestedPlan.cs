namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The partitions of one plan in the server that tests share, by the clock of the test.</summary>
internal sealed class TestedPlan : IDisposable
{
    private static readonly Lazy<Task<TestedRunner>> s_single = new(async () => await TestedRunner.ConnectAsync(await SharedRedis.GetAsync(), groupsCalls: false));

    private static int s_plans;

    private readonly int _quotas;

    private TestedPlan(TestedRunner runner, ManualTimeProvider clock, string name, Quota[] quotas)
    {
        Runner = runner;
        TimedRunner = new TimedRunner(runner, clock);
        Clock = clock;
        Options = RedisTesting.OptionsOf(clock);
        _quotas = quotas.Length;

        var context = TestPlan.Create(clock, name, quotas);
        Plan = context.Plan;
        Partitions = RedisTesting.PartitionsOf(context, TimedRunner, Options);
    }

    public TestedRunner Runner { get; }

    /// <summary>Gets the same with the clock of the test.</summary>
    public TimedRunner TimedRunner { get; }

    public ManualTimeProvider Clock { get; }

    public RedisStoreOptions Options { get; }

    public PlanDefinition Plan { get; }

    public RedisPartitions Partitions { get; }

    public static Task<TestedPlan> CreateAsync(params Quota[] quotas) => CreateAsync(groupsCalls: true, quotas);

    public static async Task<TestedPlan> CreateAsync(bool groupsCalls, params Quota[] quotas) =>
        new(
            groupsCalls ? await TestedRunner.SharedAsync() : (await s_single.Value).Share(),
            new ManualTimeProvider(),
            $"plan{Interlocked.Increment(ref s_plans)}", // Its own keys, since all tests share a server.
            quotas);

    /// <summary>Configures the same plan with other quotas.</summary>
    public TestedPlan With(params Quota[] quotas) => new(Runner, Clock, Plan.PolicyName, quotas);

    /// <summary>Takes as many permits of every quota.</summary>
    public async Task<TestedDecision> TakeAsync(long permits = 1, string id = "alice", params double[] limits)
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        await Partitions.AcquireAsync(new AcquireArguments(principal, Costs(permits), limits), decision);
        return Tested(decision);
    }

    /// <summary>Ends batches, takes permits and more of them as a batch.</summary>
    public async Task<RateLimitDecision> TakeBatchAsync(int wanted, long permits = 0, TimeSpan? holdTime = null, long parts = 1, params EndedBatch[] ended)
    {
        var principal = new RateLimitPrincipal("user", "alice");
        var decision = new RateLimitDecision { Principal = principal };
        var acquire = new AcquireArguments(principal, Costs(permits), default);
        await Partitions.AcquireBatchAsync(new BatchArguments(acquire, wanted, holdTime ?? TimeSpan.FromSeconds(5), parts, ended), decision);
        return decision;
    }

    /// <summary>Ends a batch of which nothing was used.</summary>
    public Task<RateLimitDecision> EndBatchAsync(RateLimitDecision batch) => TakeBatchAsync(wanted: 0, ended: new EndedBatch(batch, batch.Batch.Extra));

    /// <summary>Looks where a caller stands.</summary>
    public async Task<TestedDecision> PeekAsync(string id = "alice")
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        await Partitions.PeekAsync(new(principal, default, decision), CancellationToken.None);
        return Tested(decision);
    }

    /// <summary>Gets the key of a caller.</summary>
    public string KeyOf(string id = "alice") => new RedisKeys(Plan, Options).Of(new RateLimitPrincipal("user", id))!;

    public long[] Costs(long permits) => [.. Enumerable.Repeat(permits, _quotas)];

    public void Dispose() => Partitions.Dispose();

    private TestedDecision Tested(RateLimitDecision decision) => new(Partitions, decision, _quotas, RateLimitClock.For(Clock));
}
