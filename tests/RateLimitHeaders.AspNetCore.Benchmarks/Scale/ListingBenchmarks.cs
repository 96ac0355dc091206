using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// What the page of operators asks for with each look: the 20 callers nearest their limits among 10,000, at the beginning and at the end
/// of all callers. It is asked while requests wait for the same processors.
/// </summary>
public class ListingBenchmarks
{
    private const int Listed = 20;
    private const int Looked = 10_000;

    private MemoryPartitions _partitions = null!;

    [Params(10_000, 1_000_000)]
    public int Callers { get; set; }

    [Params(false, true)]
    public bool AtTheEnd { get; set; }

    [GlobalSetup]
    public async Task FillAsync()
    {
        var plan = new PlanDefinition("default", TokenTypes.User, [new QuotaDefinition(Quota.SlidingWindow("hourly", 100, TimeSpan.FromHours(1)))]);
        _partitions = new MemoryPartitions(
            new PartitionsContext(plan, Callers, TimeProvider.System, new RateLimitMetrics(factory: null), NullLogger.Instance));
        var decision = new RateLimitDecision();
        for (var i = 0; i < Callers; i++)
        {
            await _partitions.AcquireAsync(new AcquireArguments(new RateLimitPrincipal(TokenTypes.User, $"customer-{i}"), new long[] { 1 + (i % 50) }, default), decision);
        }
    }

    [GlobalCleanup]
    public void Dispose() => _partitions.Dispose();

    [Benchmark]
    public async Task<int> ListAsync() =>
        (await _partitions.ListAsync(new ListArguments(Listed, Looked, AtTheEnd ? $"{Callers - Looked}" : null), CancellationToken.None)).Callers.Count;
}
