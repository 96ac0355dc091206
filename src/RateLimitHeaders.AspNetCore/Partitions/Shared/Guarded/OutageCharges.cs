namespace RateLimitHeaders.AspNetCore;

/// <summary>The permits that the callers of a plan took while a store could not count them. They are charged once, after the outage.</summary>
internal sealed class OutageCharges
{
    // Permits of a caller with a longer id are not charged afterwards, because ids are kept here.
    private const int LongestId = 256;

    private readonly RateLimitClock _clock;
    private readonly int _quotas;
    private readonly CallerMap<OutageCharge> _charges;

    public OutageCharges(PartitionsContext context)
    {
        var window = context.Plan.LongestWindow.Ticks;
        _clock = context.Clock;
        _quotas = context.Plan.Quotas.Count;
        _charges = new CallerMap<OutageCharge>(_clock, context.MaxPartitions, (charge, now) => now - charge.LastTaken > window);
    }

    /// <summary>Gets all charges.</summary>
    public IReadOnlyCollection<OutageCharge> All => _charges.Values;

    /// <summary>Returns whether a caller has a charge.</summary>
    public bool Has(in RateLimitPrincipal principal) => _charges.TryGet(principal, _clock.Now, out _);

    /// <summary>Records the permits that a request took.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="permits">The permits of each quota; negative for those that were given back.</param>
    /// <param name="limits">The limits of the caller; empty to keep those of the previous request.</param>
    /// <param name="isCounted">
    /// Whether the store has counted the request although its answer came too late. This may be known before the request is
    /// decided in memory.
    /// </param>
    public void Add(in RateLimitPrincipal principal, ReadOnlySpan<long> permits, ReadOnlySpan<double> limits, bool isCounted = false)
    {
        if (principal.TextId?.Length > LongestId)
        {
            return;
        }

        while (true)
        {
            var now = _clock.Now;
            var caller = principal;
            if (_charges.GetOrAdd(principal, now, () => new OutageCharge(caller, _quotas) { LastTaken = now }) is not { } charge)
            {
                return;
            }

            if (charge.TryAdd(permits, limits, isCounted, now))
            {
                return;
            }

            _charges.Remove(principal, charge);
        }
    }

    /// <summary>Returns the permits of a charge, and removes it.</summary>
    public long[]? Take(OutageCharge charge)
    {
        var permits = charge.Take();
        _charges.Remove(charge.Principal, charge);
        return permits;
    }

    /// <summary>Removes the charge of a caller.</summary>
    public void Forget(in RateLimitPrincipal principal) => _charges.Remove(principal);
}
