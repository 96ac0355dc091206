namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Counts in this server's memory, under its share of the limits.</summary>
internal sealed class MemoryFallback(StoredPlan plan, double share) : IFallback
{
    // Made when first needed, since what sweeps its partitions has a timer.
    private readonly Lazy<QuotaCounter> _counter = new(() => plan.CreateInMemory(share));

    public ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken) =>
        _counter.Value.AcquireAsync(principal, permits, limits, cancellationToken);

    public void Dispose()
    {
        if (_counter.IsValueCreated)
        {
            _counter.Value.Dispose();
        }
    }
}
