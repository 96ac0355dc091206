namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A plan whose quotas change while it counts, in memory or in a store that loads and saves.</summary>
internal sealed class ChangingPlan : IDisposable
{
    private readonly ManualTimeProvider _clock;
    private readonly CompareAndSwapStore? _store;
    private Quota[] _quotas = [];

    private ChangingPlan(ManualTimeProvider clock, CompareAndSwapStore? store)
    {
        _clock = clock;
        _store = store;
    }

    public PlanPartitions Partitions { get; private set; } = null!;

    /// <summary>Gets a caller whose requests come under the quotas of now.</summary>
    public TestedCaller Alice => CallerOf("alice");

    public static ChangingPlan Create(string place, ManualTimeProvider clock, params Quota[] quotas)
    {
        var plan = new ChangingPlan(clock, place switch
        {
            "memory" => null,
            "dictionary" => new DictionaryStore(),
            _ => new SqliteStore(Path.Combine(Directory.CreateTempSubdirectory().FullName, "counts.db"), new() { Deadline = TimeSpan.FromMinutes(1) }),
        });
        plan.Change(quotas);
        return plan;
    }

    public TestedCaller CallerOf(string id) => new(Partitions, _quotas, new RateLimitPrincipal("user", id), RateLimitClock.For(_clock));

    public void Change(params Quota[] quotas)
    {
        _quotas = quotas;
        var before = Partitions;
        var context = TestPlan.Create(_clock, "api", quotas);
        Partitions = _store is null ? new MemoryPartitions(context, before: before as MemoryPartitions) : _store.CreatePartitions(context);
        before?.Dispose();
    }

    public void Dispose() => Partitions.Dispose();
}
