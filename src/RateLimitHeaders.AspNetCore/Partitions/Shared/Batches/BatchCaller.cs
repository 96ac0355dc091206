namespace RateLimitHeaders.AspNetCore;

/// <summary>The data and permits that this server has of one caller. Everything that changes is guarded by <see cref="Sync"/>.</summary>
internal sealed class BatchCaller(RateLimitPrincipal principal, BatchSize size, TimeSpan deadline)
{
    private double[] _limits = [];
    private int _generation;

    public Lock Sync { get; } = new();

    public RateLimitPrincipal Principal => principal;

    public BatchSize Size => size;

    public HeldBatches Batches { get; } = new();

    /// <summary>Gets the call that is in progress.</summary>
    public BatchRefill? Refill { get; private set; }

    /// <summary>Gets or sets the moment of the last request.</summary>
    public long LastSeen { get; set; }

    /// <summary>Gets or sets a value indicating whether this object is dropped, and the caller is served exactly or by another object.</summary>
    public bool IsDropped { get; set; }

    public bool IsEmpty => Batches.IsEmpty && Refill is null;

    /// <summary>Gets the store's last answer, from which statuses are computed; <see langword="null"/> if it is not known.</summary>
    public BatchAnswer? Latest { get; private set; }

    /// <summary>Waits for the call that is in progress, if there is one.</summary>
    public Task RefillUnderWay()
    {
        lock (Sync)
        {
            return Refill?.Task ?? Task.CompletedTask;
        }
    }

    public bool HasLimits(ReadOnlySpan<double> limits) => limits.SequenceEqual(_limits);

    /// <summary>Sets the limits. Permits that were taken under others are given back, and the caller is first served exactly.</summary>
    public void SetLimits(ReadOnlySpan<double> limits)
    {
        if (!HasLimits(limits))
        {
            _limits = limits.ToArray();
            EndAll();
            size.Reset();
        }
    }

    /// <summary>Stores the statuses of an answer, unless a later answer is known.</summary>
    public void KeepIfLater(BatchAnswer answer)
    {
        // Answers overtake each other on their way by no more than the deadline: otherwise the clock was set back.
        if (Latest is null || !answer.IsBefore(Latest) || answer.Decision.StoreTime <= Latest.Decision.StoreTime - deadline)
        {
            Latest = answer;
        }
    }

    /// <summary>Begins a call for permits that are used at once, if it has another use, too.</summary>
    /// <param name="permits">The permits.</param>
    /// <param name="initialLimits">As in <see cref="AcquireArguments.InitialLimits"/>.</param>
    /// <param name="now">The present moment.</param>
    /// <returns><see langword="null"/> if the caller is served exactly and there is nothing to report to the store.</returns>
    public BatchRefill? Begin(long permits, ReadOnlyMemory<double> initialLimits, long now)
    {
        // Too few permits are held: they are given back in the same call, so that they count.
        Batches.EndAll();
        var wanted = permits > 0 ? size.Next(now) : 0;
        return wanted > 0 || Batches.HasEnded ? Begin(permits, initialLimits, wanted) : null;
    }

    /// <summary>Begins a call for a batch before the present one is used up, so that no request has to wait.</summary>
    /// <param name="maxBatch">The largest number of permits of the caller that are held.</param>
    /// <param name="initialLimits">As in <see cref="AcquireArguments.InitialLimits"/>.</param>
    /// <param name="now">The present moment.</param>
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
    /// <param name="batch">The resulting batch; <see langword="null"/> for none.</param>
    public void End(BatchRefill refill, Batch? batch)
    {
        Refill = null;
        if (batch is null)
        {
            // The store cannot be reached, or so little remains that each permit is requested separately.
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

    /// <summary>Ends all batches, and that of a call in progress as soon as it arrives.</summary>
    public void EndAll()
    {
        _generation++;
        Batches.EndAll();
    }

    /// <summary>Ends all batches, and forgets the caller's statuses, because a reset or a grant has changed them.</summary>
    public void Forget()
    {
        EndAll();
        size.Reset();
        Latest = null;
    }

    private BatchRefill Begin(long permits, ReadOnlyMemory<double> initialLimits, int wanted) =>
        Refill = new(permits, _limits, initialLimits, wanted, Batches.TakeEnded(), _generation);
}
