namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A caller whose plan is counted by the store under test.</summary>
public sealed class TestedCaller(QuotaCounter counter, Quota[] quotas, RateLimitPrincipal principal)
{
    private double[] _limits = [];

    /// <summary>
    /// Gets or sets a value indicating whether each acquisition says the limits, as the middleware does, since a store may
    /// forget a caller who has used nothing. Otherwise it is told that they stay.
    /// </summary>
    public bool RepeatsLimits { get; set; }

    /// <summary>Asks for permits.</summary>
    public Task<ExternalLease> TakeAsync(int permits = 1) => counter.AcquireAsync(principal, permits, _limits).AsTask();

    /// <summary>Asks for permits of a plan of one quota, and says its limit.</summary>
    public Task<ExternalLease> TakeAsync(int permits, double limit) => counter.AcquireAsync(principal, permits, [limit]).AsTask();

    /// <summary>Asks where the caller stands.</summary>
    public Task<ExternalLease> PeekAsync() => TakeAsync(0);

    /// <summary>Changes the limit of a quota, now.</summary>
    public async Task SetLimitAsync(double limit, int quota = 0)
    {
        var limits = _limits.Length > 0 ? _limits
            : [.. quotas.Select(one => RepeatsLimits ? one.Limit : double.NaN)];
        limits[quota] = limit;
        await counter.AcquireAsync(principal, 0, limits);
        limits[quota] = RepeatsLimits ? limit : double.NaN;
        _limits = limits;
    }
}
