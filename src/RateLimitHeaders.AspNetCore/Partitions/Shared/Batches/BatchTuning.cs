namespace RateLimitHeaders.AspNetCore;

/// <summary>How batches are taken.</summary>
/// <param name="MaxBatch">The most permits of one caller that this server holds.</param>
/// <param name="HoldTime">How long it holds them at most.</param>
/// <param name="Nodes">How many servers share the limits.</param>
internal sealed record BatchTuning(int MaxBatch, TimeSpan HoldTime, int Nodes)
{
    /// <summary>Gets how many requests in a hold time make a caller hot.</summary>
    public int HotRequests { get; init; } = 16;

    /// <summary>Gets of how many parts of what remains a batch is one at most, if there are few servers.</summary>
    public int LeastParts { get; init; } = 8;

    /// <summary>Gets the same for the number of servers, so that all of them together leave half.</summary>
    public long Parts => Math.Max(LeastParts, 2L * Nodes);
}
