namespace RateLimitHeaders.AspNetCore;

/// <summary>What <see cref="PlanPartitions.ListAsync"/> is asked for.</summary>
/// <param name="count">How many callers to list at most.</param>
/// <param name="looked">How many callers to look at, more or less. Those nearest their limits among them are listed.</param>
/// <param name="cursor">Where an earlier listing ended (<see cref="CallerListing.Cursor"/>); <see langword="null"/> to begin.</param>
public readonly struct ListArguments(int count, int looked, string? cursor)
{
    /// <summary>Gets how many callers to list at most.</summary>
    public int Count { get; } = count;

    /// <summary>Gets how many callers to look at.</summary>
    public int Looked { get; } = looked;

    /// <summary>Gets where an earlier listing ended; <see langword="null"/> to begin.</summary>
    public string? Cursor { get; } = cursor;
}
