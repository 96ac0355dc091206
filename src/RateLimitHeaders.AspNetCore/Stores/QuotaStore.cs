namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Counts the quotas of all plans somewhere else than in this process's memory, so that several servers share them. One is
/// chosen with <see cref="RateLimitHeadersBuilder.UseStore"/>; what tells callers apart, the headers and the refusals stay.
/// </summary>
public abstract class QuotaStore : IDisposable
{
    /// <summary>Finds what is wrong with the store's own settings, or cannot be counted in it; it stops the start-up.</summary>
    /// <param name="plans">The plans that are to be counted.</param>
    /// <returns>A sentence for each fault that names the setting, its value and the remedy; nothing by default.</returns>
    public virtual IEnumerable<string> Validate(IReadOnlyCollection<StoredPlan> plans) => [];

    /// <summary>Creates what counts a plan. It is called once for each plan at start-up, and must not wait for the store.</summary>
    /// <param name="plan">The plan.</param>
    public abstract QuotaCounter CreateCounter(StoredPlan plan);

    /// <summary>Frees what the store holds, when the application stops; its counters were disposed before.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the store holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
