namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A caller whose plan is counted by the store under test.</summary>
public sealed class TestedCaller(QuotaCounter counter, int quotas, RateLimitPrincipal principal)
{
    private double[] _limits = [];

    /// <summary>Asks for permits.</summary>
    public Task<ExternalLease> TakeAsync(int permits = 1) => counter.AcquireAsync(principal, permits, _limits).AsTask();

    /// <summary>Asks for permits of a plan of one quota, and says its limit.</summary>
    public Task<ExternalLease> TakeAsync(int permits, double limit) => counter.AcquireAsync(principal, permits, [limit]).AsTask();

    /// <summary>Asks where the caller stands.</summary>
    public Task<ExternalLease> PeekAsync() => TakeAsync(0);

    /// <summary>Changes the limit of a quota, now. From then on the store is told that it keeps the one that it has.</summary>
    public async Task SetLimitAsync(double limit, int quota = 0)
    {
        var limits = Kept();
        limits[quota] = limit;
        await counter.AcquireAsync(principal, 0, limits);
        _limits = Kept();
    }

    private double[] Kept()
    {
        var limits = new double[quotas];
        Array.Fill(limits, double.NaN);
        return limits;
    }
}
