namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A caller whose plan is counted by the partitions under test.</summary>
public sealed class TestedCaller(PlanPartitions partitions, Quota[] quotas, RateLimitPrincipal principal, RateLimitClock clock)
{
    private double[] _limits = [];

    public PlanPartitions Partitions => partitions;

    /// <summary>
    /// Gets or sets a value indicating whether each acquisition says the limits, as the middleware does, since a store may
    /// forget a caller that has used nothing. Otherwise it is told that they stay.
    /// </summary>
    public bool RepeatsLimits { get; set; }

    /// <summary>Asks for as many permits of every quota.</summary>
    public Task<TestedDecision> TakeAsync(long permits = 1) => TakeAsync(Same(permits), _limits);

    /// <summary>Asks for permits of a plan of one quota, and says its limit.</summary>
    public Task<TestedDecision> TakeAsync(long permits, double limit) => TakeAsync([permits], [limit]);

    /// <summary>Asks for other permits of each quota.</summary>
    public Task<TestedDecision> TakeEachAsync(params long[] costs) => TakeAsync(costs, _limits);

    /// <summary>Asks where the caller stands.</summary>
    public Task<TestedDecision> PeekAsync() => PeekAsync(_limits);

    /// <summary>Asks where the caller would stand with other limits.</summary>
    public async Task<TestedDecision> PeekAsync(params double[] limits)
    {
        var decision = new RateLimitDecision { Principal = principal };
        await partitions.PeekAsync(new(principal, limits, decision), CancellationToken.None);
        return Tested(decision);
    }

    /// <summary>Changes the limit of a quota, now.</summary>
    public async Task SetLimitAsync(double limit, int quota = 0)
    {
        var limits = _limits.Length > 0 ? _limits
            : [.. quotas.Select(one => RepeatsLimits ? one.Limit : double.NaN)];
        limits[quota] = limit;
        await TakeAsync(Same(0), limits);
        limits[quota] = RepeatsLimits ? limit : double.NaN;
        _limits = limits;
    }

    /// <summary>Has what the caller used forgotten.</summary>
    public Task ResetAsync() => partitions.ResetAsync(principal, CancellationToken.None).AsTask();

    /// <summary>Has permits of every quota given back, whatever requests took them.</summary>
    public Task GrantAsync(long permits) => partitions.GrantAsync(principal, Same(permits), CancellationToken.None).AsTask();

    private async Task<TestedDecision> TakeAsync(long[] costs, double[] limits)
    {
        // Arrays of the request, which it uses for another one as soon as it has its answer.
        var (ownCosts, ownLimits) = (costs.ToArray(), limits.ToArray());
        var decision = new RateLimitDecision { Principal = principal };
        await partitions.AcquireAsync(new AcquireArguments(principal, ownCosts, ownLimits), decision);
        Array.Fill(ownCosts, PermitCost.Max);
        Array.Fill(ownLimits, 0);
        return Tested(decision);
    }

    private TestedDecision Tested(RateLimitDecision decision) => new(partitions, decision, quotas.Length, clock);

    private long[] Same(long permits) => [.. Enumerable.Repeat(permits, quotas.Length)];
}
