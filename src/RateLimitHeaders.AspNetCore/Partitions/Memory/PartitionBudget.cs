namespace RateLimitHeaders.AspNetCore;

/// <summary>The number of partitions that a plan has and may have, and the callbacks for a full plan and for dropped partitions.</summary>
/// <param name="limit">The largest number of partitions.</param>
/// <param name="onExhausted">Reports that there would be more.</param>
/// <param name="onDropped">Reports that a partition was dropped.</param>
internal sealed class PartitionBudget(int limit, Action onExhausted, Action? onDropped = null)
{
    // With so many partitions or fewer, the budget is no longer exhausted. While a flood takes each place that a sweep frees, it is.
    private readonly int _roomy = limit - Math.Max(1, limit / 16);
    private int _taken;
    private int _exhausted;

    public int Taken => Volatile.Read(ref _taken);

    public bool HasRoom => Taken < limit;

    public bool TryTake()
    {
        // A flood that has used up the budget must not contend for the number.
        if (HasRoom)
        {
            if (Interlocked.Increment(ref _taken) <= limit)
            {
                return true;
            }

            Interlocked.Decrement(ref _taken);
        }

        // Reported once for each time that the budget runs out, not for each request.
        if (Interlocked.Exchange(ref _exhausted, 1) == 0)
        {
            onExhausted();
        }

        return false;
    }

    /// <summary>Gives back the place of a partition that was dropped.</summary>
    public void Drop()
    {
        GiveBack();
        onDropped?.Invoke();
    }

    /// <summary>Gives back a place that no partition uses.</summary>
    public void GiveBack()
    {
        if (Interlocked.Decrement(ref _taken) <= _roomy)
        {
            Volatile.Write(ref _exhausted, 0);
        }
    }
}
