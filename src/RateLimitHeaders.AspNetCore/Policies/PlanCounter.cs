namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the quotas of one plan: in this process's memory, or in a store.</summary>
internal abstract class PlanCounter : IDisposable
{
    /// <summary>Decides about a request, and writes the decision into it.</summary>
    /// <param name="request">The request; its caller is known.</param>
    /// <param name="permits">The permits to take; 0 reads.</param>
    /// <param name="limits">The limits from now on, in the order of the quotas; empty to keep them.</param>
    public abstract ValueTask DecideAsync(RequestLimit request, int permits, ReadOnlySpan<double> limits);

    public abstract void Dispose();
}
