namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>A caller that asks for one request after the other, and uses one decision for all of them, as pooled requests do.</summary>
/// <param name="id">The caller's id.</param>
internal sealed class RedisCaller(string id)
{
    private static readonly long[] s_one = [1];
    private static readonly long[] s_ofThree = [1, 1, 1];

    private readonly RateLimitDecision _decision = new();

    public RateLimitPrincipal Principal { get; } = new("user", id);

    /// <summary>Asks once.</summary>
    /// <param name="partitions">What counts.</param>
    /// <param name="quotas">How many quotas the plan has: 1 or 3.</param>
    public async ValueTask TakeAsync(PlanPartitions partitions, int quotas = 1)
    {
        _decision.Clear();
        _decision.Principal = Principal;
        await partitions.AcquireAsync(new AcquireArguments(Principal, quotas == 1 ? s_one : s_ofThree, default), _decision);
        if (!_decision.IsAcquired || _decision.StoreTime is null)
        {
            throw new InvalidOperationException("Redis has not answered.");
        }
    }
}
