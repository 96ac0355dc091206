namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of batches.</summary>
/// <param name="MaxBatch">The largest number of permits of one caller that this server holds.</param>
/// <param name="HoldTime">The longest time for which it holds them.</param>
/// <param name="Nodes">How many servers share the limits.</param>
internal sealed record BatchTuning(int MaxBatch, TimeSpan HoldTime, int Nodes)
{
    /// <summary>Gets the number of requests in a hold time that makes a caller hot.</summary>
    public int HotRequests { get; init; } = 16;

    /// <summary>Gets the divisor of the remaining permits for the largest batch, if there are few servers.</summary>
    public int LeastParts { get; init; } = 8;

    /// <summary>
    /// Gets the divisor of the remaining permits for the largest batch. It grows with the number of servers, so that all of them together
    /// leave half.
    /// </summary>
    public long Parts => Math.Max(LeastParts, 2L * Nodes);
}
