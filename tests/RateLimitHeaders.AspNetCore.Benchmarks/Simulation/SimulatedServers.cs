using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RateLimitHeaders.AspNetCore.Tests;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Servers that share one plan in one store, each with all that stands before a store in an application.</summary>
internal sealed class SimulatedServers : IDisposable
{
    private static readonly long[] s_one = [1];

    private readonly ConcurrentDictionary<string, StoredState> _states = [];
    private readonly SimulatedStore[] _stores;
    private readonly StoreGuard[] _guards;
    private readonly PlanPartitions[] _partitions;
    private readonly RateLimitDecision _decision = new();

    public SimulatedServers(int count, Quota quota, LocalBatchOptions? batches)
    {
        var metrics = new RateLimitMetrics(factory: null);
        var plan = new PlanDefinition("api", "user", new([new QuotaDefinition(quota)]));
        _stores = [.. Enumerable.Range(0, count).Select(_ => new SimulatedStore(_states, new() { Nodes = count, LocalBatches = batches }))];
        _guards = [.. _stores.Select(store => new StoreGuard(store, Clock, metrics, NullLogger.Instance))];
        _partitions = [.. _guards.Select(guard => StoreStack.Create(guard, new(plan, int.MaxValue, Clock, metrics, NullLogger.Instance)))];
    }

    public ManualTimeProvider Clock { get; } = new();

    public long Calls => _stores.Sum(store => store.Calls);

    /// <summary>Has a caller send a request to a server.</summary>
    /// <returns>Whether it is admitted.</returns>
    public async ValueTask<bool> RequestAsync(int server, RateLimitPrincipal caller)
    {
        _decision.Principal = caller;
        await _partitions[server].AcquireAsync(new AcquireArguments(caller, s_one, default), _decision);
        return _decision.IsAcquired;
    }

    public ValueTask ResetAsync(int server, RateLimitPrincipal caller) => _partitions[server].ResetAsync(caller, CancellationToken.None);

    public void Dispose()
    {
        Array.ForEach(_partitions, partitions => partitions.Dispose());
        Array.ForEach(_guards, guard => guard.Dispose());
    }
}
