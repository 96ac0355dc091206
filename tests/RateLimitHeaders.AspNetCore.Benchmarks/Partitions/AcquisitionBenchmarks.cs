using BenchmarkDotNet.Attributes;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// One acquisition through a partition, on the middleware's path, against <c>PartitionedRateLimiter.AttemptAcquire</c>, and
/// against a lock and a reading of the clock alone. The mean is the time that passes for each acquisition, whichever thread
/// makes it: two threads that do not wait for each other halve it. The partitions are visited in no order that the memory has.
/// </summary>
public class AcquisitionBenchmarks
{
    // So many that the meeting of two threads at the end of them does not count.
    private const int Acquisitions = 400_000;
    private const int AtOnce = 1_000;
    private const int Apart = 64;
    private const int Seed = 4_711;

    private string[] _callers = null!;
    private Contender<string>[] _contenders = null!;
    private int[] _next = null!;
    private Crew _crew = null!;

    public static IEnumerable<Load> Loads =>
    [
        new(1, SameCaller: true, 1),
        new(2, SameCaller: true, 1),
        new(1, SameCaller: true, 1_000),
        new(2, SameCaller: true, 1_000),
        new(1, SameCaller: true, 100_000),
        new(2, SameCaller: true, 100_000),
        new(1, SameCaller: false, 2),
        new(2, SameCaller: false, 2),
        new(1, SameCaller: false, 1_000),
        new(2, SameCaller: false, 1_000),
        new(1, SameCaller: false, 100_000),
        new(2, SameCaller: false, 100_000),
    ];

    [ParamsSource(nameof(Loads))]
    public Load Load { get; set; } = null!;

    // So wide that two threads cannot use it up.
    private static Limit Wide => new(int.MaxValue, TimeSpan.FromSeconds(30));

    [GlobalSetup(Target = nameof(LockAndClock))]
    public void SetUpControl() => SetUp(new LockAndClock<string>());

    [GlobalSetup(Target = nameof(PartitionedRateLimiter))]
    public void SetUpStock() => SetUp(new StockPartitions<string>(Wide));

    [GlobalSetup(Target = nameof(Ours))]
    public void SetUpOurs() => SetUp(new OurPartitionsByText(Wide, Load.Partitions));

    [GlobalSetup(Target = nameof(OursApart))]
    public void SetUpOursApart()
    {
        SetUp(new OurPartitionsByText(Wide, Load.Partitions));
        _contenders[1] = new OurPartitionsByText(Wide, Load.Partitions);
        Array.ForEach(_callers, caller => _contenders[1].Acquire(caller));
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _crew.Dispose();
        _contenders[0].Dispose();
    }

    [GlobalCleanup(Target = nameof(OursApart))]
    public void CleanUpOursApart()
    {
        _contenders[1].Dispose();
        CleanUp();
    }

    [Benchmark(OperationsPerInvoke = Acquisitions)]
    public void LockAndClock() => _crew.Run();

    [Benchmark(Baseline = true, OperationsPerInvoke = Acquisitions)]
    public void PartitionedRateLimiter() => _crew.Run();

    [Benchmark(OperationsPerInvoke = Acquisitions)]
    public void Ours() => _crew.Run();

    /// <summary>The control of two threads: the same work, each thread with a table of its own, so that they share nothing.</summary>
    [Benchmark(OperationsPerInvoke = Acquisitions)]
    public void OursApart() => _crew.Run();

    private void SetUp(Contender<string> contender)
    {
        _callers = [.. Enumerable.Range(0, Load.Partitions).Select(i => $"user-{i:D7}")];
        foreach (var caller in _callers)
        {
            contender.Acquire(caller);
        }

        if (contender.Count is { } count && count != Load.Partitions)
        {
            throw new InvalidOperationException($"There are {count} partitions.");
        }

        new Random(Seed).Shuffle(_callers);
        _contenders = [contender, contender.ForAnotherThread()];
        _next = new int[Load.Threads * Apart];
        _crew = new Crew(Load.Threads, Acquire);
    }

    private void Acquire(int thread)
    {
        ref var next = ref _next[thread * Apart];
        for (var i = Acquisitions / Load.Threads / AtOnce; i > 0; i--)
        {
            next = AcquireSome(_contenders[thread], CallersOf(thread), next);
        }
    }

    // Called so often that the compiler has done its best before anything is measured: while it still counts what the code
    // does, two threads wait for its counters, and not for the partitions.
    private static int AcquireSome(Contender<string> contender, ReadOnlySpan<string> callers, int next)
    {
        for (var i = AtOnce; i > 0; i--)
        {
            next = next + 1 < callers.Length ? next + 1 : 0;
            if (!contender.Acquire(callers[next]))
            {
                throw new InvalidOperationException("A rejection is not what is measured.");
            }
        }

        return next;
    }

    private ReadOnlySpan<string> CallersOf(int thread)
    {
        var share = Load.SameCaller ? 1 : Load.Partitions / Load.Threads;
        return _callers.AsSpan(Load.SameCaller ? 0 : thread * share, share);
    }
}
