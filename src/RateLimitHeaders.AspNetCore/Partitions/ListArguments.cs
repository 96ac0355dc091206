namespace RateLimitHeaders.AspNetCore;

/// <summary>The arguments of <see cref="PlanPartitions.ListAsync"/>.</summary>
/// <param name="count">The largest number of callers to list.</param>
/// <param name="looked">The approximate number of callers to examine. The nearest to their limits among them are listed.</param>
/// <param name="cursor">Where an earlier listing ended (<see cref="CallerListing.Cursor"/>); <see langword="null"/> to begin.</param>
public readonly struct ListArguments(int count, int looked, string? cursor)
{
    /// <summary>Gets the largest number of callers to list.</summary>
    public int Count { get; } = count;

    /// <summary>Gets the approximate number of callers to examine.</summary>
    public int Looked { get; } = looked;

    /// <summary>Gets where an earlier listing ended; <see langword="null"/> to begin.</summary>
    public string? Cursor { get; } = cursor;
}
