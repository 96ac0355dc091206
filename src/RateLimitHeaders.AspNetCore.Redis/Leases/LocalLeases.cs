namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>How permits of hot callers are taken in batches.</summary>
/// <param name="MaxBatch">The most permits of one caller that this server holds.</param>
/// <param name="HoldTime">How long it holds them at most.</param>
internal sealed record LocalLeases(int MaxBatch, TimeSpan HoldTime)
{
    // By default, felt by none who has fewer than 32,000 requests a second on one server: a batch is what an eighth of
    // the hold time uses.
    public const int DefaultMaxBatch = 4_000;

    public static TimeSpan DefaultHoldTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how many requests in a hold time make a caller hot.</summary>
    public int HotRequests { get; init; } = 16;

    /// <summary>Gets of how many parts of what remains a batch is one at most, if there are few servers.</summary>
    public int LeastParts { get; init; } = 8;

    /// <summary>Gets the same for a number of servers, so that all of them together leave half.</summary>
    public long Parts(int nodes) => Math.Max(LeastParts, 2L * nodes);
}
