using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Replenishes partitions whose limiters have no timer and bring back only one period at a time, such as
/// <see cref="System.Threading.RateLimiting.SlidingWindowRateLimiter"/>: without it, the windows of callers that send nothing would not move on.
/// </summary>
internal sealed class ForeignReplenisher : IDisposable
{
    // As in ASP.NET Core. STRL's limiters have no other clock than the system's, and so neither has this timer.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<ForeignPartition, bool> _partitions = [];
    private readonly BusyTimer _timer;

    public ForeignReplenisher() => _timer = new BusyTimer(TimeProvider.System, s_interval, Run, () => !_partitions.IsEmpty);

    /// <summary>Replenishes a partition from now on.</summary>
    public void Add(ForeignPartition partition)
    {
        _partitions.TryAdd(partition, true);
        _timer.Start();
    }

    /// <summary>Ends that, because the partition is full or dropped.</summary>
    public void Remove(ForeignPartition partition) => _partitions.TryRemove(partition, out _);

    public void Dispose()
    {
        _timer.Dispose();
        _partitions.Clear();
    }

    private void Run()
    {
        foreach (var (partition, _) in _partitions)
        {
            partition.ReplenishPeriod();
        }
    }
}
