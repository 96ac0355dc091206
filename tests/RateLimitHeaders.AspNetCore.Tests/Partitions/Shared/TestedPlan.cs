namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A plan in a <see cref="ScriptedStore"/>, with all that stands before a store in an application.</summary>
internal sealed class TestedPlan : IDisposable
{
    private readonly int _quotas;

    public TestedPlan(params Quota[] quotas)
        : this(new ScriptedStore(), quotas)
    {
    }

    public TestedPlan(ScriptedStore store, params Quota[] quotas)
        : this(store, TestPlan.Define("api", quotas))
    {
    }

    public TestedPlan(ScriptedStore store, PlanDefinition plan)
    {
        Store = store;
        _quotas = plan.Quotas.Count;
        Guard = TestStack.GuardOf(store, Clock, Log);
        var context = TestPlan.Create(Clock, plan);
        Guarded = new GuardedPartitions(Guard, store.CreatePartitions(context), context);
        Partitions = store.Options.RememberRejections ? new RememberingPartitions(Guarded, Guard, context) : Guarded;
    }

    public ScriptedStore Store { get; }

    public StoreGuard Guard { get; }

    public PlanPartitions Partitions { get; }

    public ManualTimeProvider Clock { get; } = new();

    public RecordingLogger Log { get; } = new();

    /// <summary>Gets the numbers of the events, in their order.</summary>
    public int[] LogIds => [.. Log.Entries.Select(entry => entry.Id)];

    /// <summary>Gets what asks the store.</summary>
    public GuardedPartitions Guarded { get; }

    /// <summary>Gets the number of remembered rejections.</summary>
    public int Remembered => (Partitions as RememberingPartitions)?.Count ?? 0;

    /// <summary>Takes as many permits of every quota.</summary>
    public Task<TestedDecision> TakeAsync(long permits = 1, string id = "alice", params double[] limits) =>
        TakeEachAsync([.. Enumerable.Repeat(permits, _quotas)], id, limits);

    /// <summary>Takes other permits of each quota.</summary>
    public async Task<TestedDecision> TakeEachAsync(long[] costs, string id = "alice", params double[] limits)
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        await Partitions.AcquireAsync(new AcquireArguments(principal, costs, limits), decision);
        return Tested(decision);
    }

    /// <summary>Asks the store for a permit.</summary>
    /// <returns>Whether it answered.</returns>
    public async Task<bool> TryAsync(string id = "alice", CancellationToken cancellationToken = default)
    {
        var arguments = new AcquireArguments(new RateLimitPrincipal("user", id), Enumerable.Repeat(1L, _quotas).ToArray(), default)
        {
            CancellationToken = cancellationToken,
        };
        return await Guarded.TryAcquireAsync(arguments) is not null;
    }

    /// <summary>Looks where a caller stands.</summary>
    public async Task<TestedDecision> PeekAsync(string id = "alice", params double[] limits)
    {
        var principal = new RateLimitPrincipal("user", id);
        var decision = new RateLimitDecision { Principal = principal };
        await Partitions.PeekAsync(new(principal, limits, decision), CancellationToken.None);
        return Tested(decision);
    }

    /// <summary>Has the store answer no more, and that known.</summary>
    public async Task BreakAsync()
    {
        Store.Answer = ScriptedStore.Throw(new RateLimitStoreException(StoreFailureKind.Connection, "it is gone"));
        Assert.False(await TryAsync("stranger"));
        Assert.False(Guard.IsAvailable);
    }

    /// <summary>Has the store answer again, and that found out.</summary>
    public async Task MendAsync()
    {
        Store.Answer = ScriptedStore.Count;
        await RecoverAsync();
    }

    /// <summary>Has it found out that the store answers.</summary>
    public async Task RecoverAsync()
    {
        var recoveries = LogIds.Count(id => id == EventIds.StoreAvailable);

        // The next probe may get its timer only after time has passed.
        await Eventually.IsTrueAsync(
            () => LogIds.Count(id => id == EventIds.StoreAvailable) > recoveries, "The outage does not end.", Clock, TimeSpan.FromMilliseconds(10));
    }

    public void Dispose()
    {
        Partitions.Dispose();
        Guard.Dispose();
    }

    private TestedDecision Tested(RateLimitDecision decision) => new(Partitions, decision, _quotas, RateLimitClock.For(Clock));
}
