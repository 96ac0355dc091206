using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What <see cref="PlanPartitions.AcquireAsync"/> is asked for.</summary>
/// <param name="principal">The caller.</param>
/// <param name="costs">What the request costs each quota of the plan, in their order; see <see cref="PermitCost"/>.</param>
/// <param name="limits">
/// The limits from now on, in the order of the quotas; <see cref="double.NaN"/> keeps the limit that the caller has, or else
/// the quota's own. Empty keeps all.
/// </param>
public readonly struct AcquireArguments(in RateLimitPrincipal principal, ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits)
{
    /// <summary>The caller; a field, so that reading it copies nothing.</summary>
    internal readonly RateLimitPrincipal Caller = new(principal);

    /// <summary>As an object initializer does, which copies the whole once more: 5 ns of each acquisition.</summary>
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

    /// <summary>Gets what the request costs each quota of the plan, in their order; see <see cref="PermitCost"/>.</summary>
    public ReadOnlyMemory<long> Costs { get; } = costs;

    /// <summary>Gets the limits from now on, in the order of the quotas; <see cref="double.NaN"/> or no number at all keeps a limit.</summary>
    public ReadOnlyMemory<double> Limits { get; } = limits;

    /// <summary>
    /// Gets the limits of a caller that nothing is known of, for each <see cref="double.NaN"/> in <see cref="Limits"/>: those
    /// that the plan gave last, for any caller. Empty for the quotas' own.
    /// </summary>
    public ReadOnlyMemory<double> InitialLimits { get; init; }

    /// <summary>Gets the request; <see langword="null"/> where an acquisition belongs to none.</summary>
    public HttpContext? HttpContext { get; init; }

    /// <summary>Gets a value indicating whether the request does not wait in a queue, but is rejected at once.</summary>
    internal bool NeverWaits { get; }

    /// <summary>Gets what is cancelled when the client disconnects. Partitions that never wait need not look at it.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets the same with other costs and limits.</summary>
    internal AcquireArguments With(ReadOnlyMemory<long> costs, ReadOnlyMemory<double> limits, ReadOnlyMemory<double> initialLimits) =>
        new(Caller, costs, limits, initialLimits, HttpContext, NeverWaits, CancellationToken);
}
