namespace RateLimitHeaders.AspNetCore;

/// <summary>What the callers of a plan took while a store could not count them. It is charged once, after the outage.</summary>
internal sealed class OutageCharges
{
    // What a caller with a longer id took is not charged afterwards, since ids are kept here.
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

    /// <summary>Gets all that there is to charge.</summary>
    public IReadOnlyCollection<OutageCharge> All => _charges.Values;

    /// <summary>Tells whether there is something to charge to a caller.</summary>
    public bool Has(in RateLimitPrincipal principal) => _charges.TryGet(principal, _clock.Now, out _);

    /// <summary>Takes note of what a request took.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="permits">The permits of each quota; negative for those that were given back.</param>
    /// <param name="limits">The limits of the caller; nothing to keep those of the request before.</param>
    /// <param name="isCounted">
    /// Whether the store turns out to have counted the request, whose answer came too late. This may be known before the request is
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

    /// <summary>Gets the permits of a charge, and forgets it.</summary>
    public long[]? Take(OutageCharge charge)
    {
        var permits = charge.Take();
        _charges.Remove(charge.Principal, charge);
        return permits;
    }

    /// <summary>Forgets what there is to charge to a caller.</summary>
    public void Forget(in RateLimitPrincipal principal) => _charges.Remove(principal);
}
