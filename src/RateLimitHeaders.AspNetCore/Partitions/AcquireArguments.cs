using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The arguments of <see cref="PlanPartitions.AcquireAsync"/>.</summary>
/// <param name="principal">The caller.</param>
/// <param name="costs">The cost of the request for each quota of the plan, in their order; see <see cref="PermitCost"/>.</param>
/// <param name="limits">
/// The limits from now on, in the order of the quotas. <see cref="double.NaN"/> keeps the caller's current limit, or else uses
/// the quota's own. An empty list keeps all limits.
/// </param>
public readonly struct AcquireArguments(in RateLimitPrincipal principal, ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits)
{
    /// <summary>The caller. It is a field, so that reading it copies nothing.</summary>
    internal readonly RateLimitPrincipal Caller = new(principal);

    /// <summary>Creates arguments as an object initializer would, which copies the whole structure once more: 5 ns of each acquisition.</summary>
    internal AcquireArguments(
        in RateLimitPrincipal principal,
        ReadOnlyMemory<long> costs,
        ReadOnlyMemory<double> limits,
        ReadOnlyMemory<double> initialLimits,
        HttpContext? httpContext,
        bool neverWaits,
        CancellationToken cancellationToken)
        : this(principal, costs, limits)
    {
        InitialLimits = initialLimits;
        HttpContext = httpContext;
        NeverWaits = neverWaits;
        CancellationToken = cancellationToken;
    }

    /// <summary>Gets the caller.</summary>
    public RateLimitPrincipal Principal => Caller;

    /// <summary>Gets the cost of the request for each quota of the plan, in their order; see <see cref="PermitCost"/>.</summary>
    public ReadOnlyMemory<long> Costs { get; } = costs;

    /// <summary>Gets the limits from now on, in the order of the quotas; <see cref="double.NaN"/> or an empty list keeps a limit.</summary>
    public ReadOnlyMemory<double> Limits { get; } = limits;

    /// <summary>
    /// Gets the limits of a caller that is not known yet, for each <see cref="double.NaN"/> in <see cref="Limits"/>: those
    /// that the plan last returned, for any caller. Empty for the quotas' own.
    /// </summary>
    public ReadOnlyMemory<double> InitialLimits { get; init; }

    /// <summary>Gets the request; <see langword="null"/> if the acquisition belongs to none.</summary>
    public HttpContext? HttpContext { get; init; }

    /// <summary>Gets a value indicating whether the request is rejected at once instead of waiting in a queue.</summary>
    internal bool NeverWaits { get; }

    /// <summary>Gets the token that is cancelled when the client disconnects. Partitions that never wait can ignore it.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Returns the same arguments with other costs and limits.</summary>
    internal AcquireArguments With(ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits, ReadOnlyMemory<double> initialLimits) =>
        new(Caller, costs, limits, initialLimits, HttpContext, NeverWaits, CancellationToken);
}
