namespace RateLimitHeaders.AspNetCore;

/// <summary>What this server knows and holds of one caller. Everything but what never changes is guarded by <see cref="Sync"/>.</summary>
internal sealed class BatchCaller(RateLimitPrincipal principal, BatchSize size, TimeSpan deadline)
{
    private double[] _limits = [];
    private int _generation;

    public Lock Sync { get; } = new();

    public RateLimitPrincipal Principal => principal;

    public BatchSize Size => size;

    public HeldBatches Batches { get; } = new();

    /// <summary>Gets the call that is under way.</summary>
    public BatchRefill? Refill { get; private set; }

    /// <summary>Gets or sets the moment of the last request.</summary>
    public long LastSeen { get; set; }

    /// <summary>Gets or sets a value indicating whether this is forgotten, and the caller is served exactly or by another object.</summary>
    public bool IsDropped { get; set; }

    public bool IsEmpty => Batches.IsEmpty && Refill is null;

    /// <summary>Gets what the store answered last, from which statuses are told; <see langword="null"/> if that is not known.</summary>
    public BatchAnswer? Latest { get; private set; }

    /// <summary>Waits for the call that is under way, if there is one.</summary>
    public Task RefillUnderWay()
    {
        lock (Sync)
        {
            return Refill?.Task ?? Task.CompletedTask;
        }
    }

    public bool HasLimits(ReadOnlySpan<double> limits) => limits.SequenceEqual(_limits);

    /// <summary>Takes note of limits. What was taken under others is given back, and the caller is served exactly at first.</summary>
    public void SetLimits(ReadOnlySpan<double> limits)
    {
        if (!HasLimits(limits))
        {
            _limits = limits.ToArray();
            EndAll();
            size.Reset();
        }
    }

    /// <summary>Takes note of where the store says that the caller stands, unless a later answer is known.</summary>
    public void KeepIfLater(BatchAnswer answer)
    {
        // Answers overtake each other on their way by no more than the deadline: otherwise the clock was set back.
        if (Latest is null || !answer.IsBefore(Latest) || answer.Decision.StoreTime <= Latest.Decision.StoreTime - deadline)
        {
            Latest = answer;
        }
    }

    /// <summary>Begins a call for permits that are used at once, if there is a use in it beyond that.</summary>
    /// <param name="permits">The permits.</param>
    /// <param name="initialLimits">As in <see cref="AcquireArguments.InitialLimits"/>.</param>
    /// <param name="now">The present.</param>
    /// <returns><see langword="null"/> if the caller is served exactly and there is nothing to tell the store.</returns>
    public BatchRefill? Begin(long permits, ReadOnlyMemory<double> initialLimits, long now)
    {
        // What is held is too little: it is given back in the same call, so that it counts.
        Batches.EndAll();
        var wanted = permits > 0 ? size.Next(now) : 0;
        return wanted > 0 || Batches.HasEnded ? Begin(permits, initialLimits, wanted) : null;
    }

    /// <summary>Begins a call for a batch before the present one is used up, so that no request has to wait.</summary>
    /// <param name="maxBatch">The most permits of the caller that are held.</param>
    /// <param name="initialLimits">As in <see cref="AcquireArguments.InitialLimits"/>.</param>
    /// <param name="now">The present.</param>
    /// <returns><see langword="null"/> if it is not time for that.</returns>
    public BatchRefill? BeginAhead(int maxBatch, ReadOnlyMemory<double> initialLimits, long now)
    {
        if (Refill is not null || !Batches.NeedsNext || !size.IsHot)
        {
            return null;
        }

        var wanted = (int)Math.Min(size.Next(now), maxBatch - Batches.Left);
        return wanted > 0 ? Begin(0, initialLimits, wanted) : null;
    }

    /// <summary>Ends a call.</summary>
    /// <param name="refill">The call.</param>
    /// <param name="batch">What came of it; <see langword="null"/> for nothing.</param>
    public void End(BatchRefill refill, Batch? batch)
    {
        Refill = null;
        if (batch is null)
        {
            // The store is out of reach, or so little remains that each permit is asked for.
            if (refill.Wanted > 0)
            {
                size.Reset();
            }
        }
        else if (refill.Generation != _generation || IsDropped)
        {
            Batches.End(batch);
        }
        else
        {
            Batches.Add(batch);
        }
    }

    /// <summary>Ends all batches, and the one of a call that is under way as soon as it comes.</summary>
    public void EndAll()
    {
        _generation++;
        Batches.EndAll();
    }

    /// <summary>Ends all batches, and forgets where the caller stands, since a reset or a grant has changed it.</summary>
    public void Forget()
    {
        EndAll();
        size.Reset();
        Latest = null;
    }

    private BatchRefill Begin(long permits, ReadOnlyMemory<double> initialLimits, int wanted) =>
        Refill = new(permits, _limits, initialLimits, wanted, Batches.TakeEnded(), _generation);
}
