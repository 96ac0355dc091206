namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the quotas of one plan, for all its callers, in a <see cref="QuotaStore"/>.</summary>
public abstract class QuotaCounter : IDisposable
{
    /// <summary>
    /// Takes permits of every quota of the plan, or of none, and tells where that leaves the caller. If it throws, the
    /// request is refused with 503: a store that can do better when it is out of reach does not throw.
    /// </summary>
    /// <param name="principal">Who is calling.</param>
    /// <param name="permits">The permits to take. 0 takes nothing, tells where the caller stands, and is always granted.</param>
    /// <param name="limits">
    /// The limits from now on, in the order of <see cref="StoredPlan.Quotas"/>; <see cref="double.NaN"/> keeps the one that
    /// the caller has, or else the quota's own. Empty where all limits are constant.
    /// </param>
    /// <param name="cancellationToken">Is cancelled when the caller hangs up.</param>
    public abstract ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken = default);

    /// <summary>Frees what the counter holds, when the application stops.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the counter holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
