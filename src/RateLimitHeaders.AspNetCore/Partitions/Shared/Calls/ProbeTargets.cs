namespace RateLimitHeaders.AspNetCore;

/// <summary>The partitions that probes may call. Those of a plan that was replaced are no longer among them.</summary>
internal sealed class ProbeTargets
{
    /// <summary>The caller of probes before any call has failed. Nothing that a probe writes counts for any caller.</summary>
    private static readonly RateLimitPrincipal s_check = new(TokenTypes.Anonymous, "check");

    private readonly Lock _lock = new();
    private readonly List<StorePartitions> _all = [];

    /// <summary>Gets a target before any call has failed; <see langword="null"/> if there are no partitions.</summary>
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

    /// <summary>Returns a preferred target if it still exists, or else another one.</summary>
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
