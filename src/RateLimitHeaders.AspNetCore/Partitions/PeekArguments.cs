namespace RateLimitHeaders.AspNetCore;

/// <summary>The arguments of <see cref="PlanPartitions.PeekAsync"/>: a caller whose statuses are read.</summary>
/// <param name="principal">The caller.</param>
/// <param name="limits">The limits of the caller, as in <see cref="AcquireArguments.Limits"/>. They are used only for this call.</param>
/// <param name="decision">The decision that the statuses are written into.</param>
public readonly struct PeekArguments(RateLimitPrincipal principal, ReadOnlyMemory<double> limits, RateLimitDecision decision)
{
    /// <summary>Gets the caller.</summary>
    public RateLimitPrincipal Principal { get; } = principal;

    /// <summary>Gets the limits of the caller.</summary>
    public ReadOnlyMemory<double> Limits { get; } = limits;

    /// <summary>Gets the decision that the statuses are written into.</summary>
    public RateLimitDecision Decision { get; } = decision;

    /// <summary>Gets the group that collects the peeks of several plans for one call of a store; <see langword="null"/> to call at once.</summary>
    internal PeekGroup? Group { get; init; }
}
