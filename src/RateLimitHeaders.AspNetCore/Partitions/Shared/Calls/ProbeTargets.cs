namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions that probes may ask. Those of a plan that was replaced are among them no more.</summary>
internal sealed class ProbeTargets
{
    /// <summary>The caller of probes before any call has failed. What a probe writes is not counted as any caller's.</summary>
    private static readonly RateLimitPrincipal s_check = new(TokenTypes.Anonymous, "check");

    private readonly Lock _lock = new();
    private readonly List<StorePartitions> _all = [];

    /// <summary>Gets something to ask before any call has failed; <see langword="null"/> if there are no partitions.</summary>
    public ProbeTarget? Any => Or(preferred: null);

    public void Add(StorePartitions partitions)
    {
        lock (_lock)
        {
            _all.Add(partitions);
        }
    }

    public void Remove(StorePartitions partitions)
    {
        lock (_lock)
        {
            _all.Remove(partitions);
        }
    }

    /// <summary>Gets what to ask, if it is there still, or else something.</summary>
    public ProbeTarget? Or(ProbeTarget? preferred)
    {
        lock (_lock)
        {
            return preferred is { } target && _all.Contains(target.Partitions) ? target
                : _all.Count > 0 ? new(_all[^1], s_check)
                : null;
        }
    }
}
