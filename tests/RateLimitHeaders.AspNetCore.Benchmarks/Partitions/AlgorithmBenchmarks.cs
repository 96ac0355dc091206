using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// One acquisition of the same caller through a partition by each algorithm that STRL has, too, against
/// <c>PartitionedRateLimiter.AttemptAcquire</c>.
/// </summary>
public class AlgorithmBenchmarks
{
    private const string Caller = "user-0000001";
    private const int Segments = 12;

    // So wide that no run uses it up.
    private const int Limit = int.MaxValue;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    private Contender<string> _contender = null!;

    [Params(QuotaAlgorithm.FixedWindow, QuotaAlgorithm.SlidingWindow, QuotaAlgorithm.TokenBucket)]
    public QuotaAlgorithm Algorithm { get; set; }

    [GlobalSetup(Target = nameof(PartitionedRateLimiter))]
    public void SetUpStock() => _contender = new StockPartitions<string>(
        System.Threading.RateLimiting.PartitionedRateLimiter.Create<string, string>(caller => Algorithm switch
        {
            QuotaAlgorithm.FixedWindow => RateLimitPartition.GetFixedWindowLimiter(caller, _ => new() { PermitLimit = Limit, Window = s_window }),
            QuotaAlgorithm.SlidingWindow => RateLimitPartition.GetSlidingWindowLimiter(
                caller, _ => new() { PermitLimit = Limit, Window = s_window, SegmentsPerWindow = Segments }),
            _ => RateLimitPartition.GetTokenBucketLimiter(
                caller, _ => new() { TokenLimit = Limit, TokensPerPeriod = Limit / 30, ReplenishmentPeriod = TimeSpan.FromSeconds(1) }),
        }));

    [GlobalSetup(Target = nameof(Ours))]
    public void SetUpOurs() => _contender = new OurPartitionsByText(Algorithm switch
    {
        QuotaAlgorithm.FixedWindow => Quota.FixedWindow("default", Limit, s_window),
        QuotaAlgorithm.SlidingWindow => Quota.SlidingWindow("default", Limit, s_window, Segments),
        _ => Quota.TokenBucket("default", Limit, s_window),
    });

    [GlobalCleanup]
    public void CleanUp() => _contender.Dispose();

    [Benchmark(Baseline = true)]
    public bool PartitionedRateLimiter() => Acquire();

    [Benchmark]
    public bool Ours() => Acquire();

    private bool Acquire() => _contender.Acquire(Caller) ? true : throw new InvalidOperationException("A rejection is not what is measured.");
}
