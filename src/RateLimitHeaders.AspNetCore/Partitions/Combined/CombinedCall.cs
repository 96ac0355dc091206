namespace RateLimitHeaders.AspNetCore;

/// <summary>One call of a store for several plans.</summary>
/// <param name="store">The store.</param>
/// <param name="plans">The plans, with decisions that nothing else writes.</param>
internal sealed class CombinedCall(RateLimitStore store, PlanAcquisition[] plans)
{
    public PlanAcquisition[] Plans => plans;

    /// <summary>Gets a value indicating whether the store has counted; if not, it has done nothing.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Gets a value indicating whether all plans have room, so that the store has taken the costs.</summary>
    public bool IsTaken => IsDone && Array.TrueForAll(plans, static plan => plan.Decision.IsAcquired);

    public async ValueTask RunAsync() => IsDone = await store.AcquireAsync(plans);
}
