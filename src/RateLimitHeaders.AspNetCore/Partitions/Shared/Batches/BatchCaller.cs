namespace RateLimitHeaders.AspNetCore;

/// <summary>What this server holds of one caller. Everything but what never changes is guarded by <see cref="Sync"/>.</summary>
internal sealed class BatchCaller(RateLimitPrincipal principal, BatchSize size, TimeSpan deadline)
{
    private Batch? _current;
    private Batch? _next;
    private List<EndedBatch> _ended = [];
    private double[] _limits = [];

    public Lock Sync { get; } = new();

    public RateLimitPrincipal Principal => principal;

    public BatchSize Size => size;

    /// <summary>Gets the call that is under way.</summary>
    public BatchRefill? Refill { get; private set; }

    /// <summary>Gets or sets the moment of the last request.</summary>
    public long LastSeen { get; set; }

    /// <summary>Gets or sets a value indicating whether this is forgotten, and the caller is served exactly or by another object.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Gets a value indicating whether the store does not know yet of batches that have ended.</summary>
    public bool HasEnded => _ended.Count > 0;

    public bool IsEmpty => _current is null && _next is null && !HasEnded && Refill is null;

    /// <summary>Gets how many permits are held and not used.</summary>
    public long Left => (_current?.Left ?? 0) + (_next?.Left ?? 0);

    /// <summary>Gets how many permits the batches had that are held.</summary>
    public long Lent => (_current?.Extra ?? 0) + (_next?.Extra ?? 0);

    /// <summary>Gets what the store answered last, from which all statuses are told; <see langword="null"/> if nothing was held yet.</summary>
    public BatchAnswer? Latest { get; private set; }

    private int Generation { get; set; }

    public bool HasLimits(ReadOnlySpan<double> limits) => limits.SequenceEqual(_limits);

    /// <summary>Takes note of limits. What was taken under others is given back, and the caller is served exactly at first.</summary>
    public void SetLimits(double[] limits)
    {
        if (!HasLimits(limits))
        {
            _limits = limits;
            EndAll();
            size.Reset();
        }
    }

    /// <summary>Takes note of where the store says that the caller stands, unless a later answer is known.</summary>
    public void Note(BatchAnswer answer)
    {
        // Answers overtake each other on their way by no more than the deadline: otherwise the clock was set back.
        if (Latest is null || !answer.IsBefore(Latest) || answer.Decision.StoreTime <= Latest.Decision.StoreTime - deadline)
        {
            Latest = answer;
        }
    }

    /// <summary>Finds a batch that holds so many permits, and takes them.</summary>
    /// <param name="permits">The permits; 0 for the batch alone, whatever it holds.</param>
    /// <param name="now">The present.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    public Batch? Take(long permits, long now)
    {
        EndOverdue(now);
        var batch = _current is not null && _current.Left >= permits ? _current
            : _next is not null && _next.Left >= permits ? _next
            : null;
        if (batch is not null)
        {
            batch.Left -= permits;
        }

        return batch;
    }

    /// <summary>Begins a call for permits that are used at once, if there is a use in it beyond that.</summary>
    /// <returns><see langword="null"/> if the caller is served exactly and there is nothing to tell the store.</returns>
    public BatchRefill? Begin(long permits, long now)
    {
        // What is held is too little: it is given back in the same call, so that it counts.
        EndAll(isNewGeneration: false);
        var wanted = permits > 0 ? size.Next(now) : 0;
        return wanted > 0 || HasEnded ? Refill = new(permits, _limits, wanted, TakeEnded(), Generation) : null;
    }

    /// <summary>Begins a call for a batch before the present one is used up, so that no request has to wait.</summary>
    /// <returns><see langword="null"/> if it is not time for that.</returns>
    public BatchRefill? BeginAhead(int maxBatch, long now)
    {
        if (Refill is not null || _next is not null || _current is null || !size.IsHot || _current.Left > _current.Extra / 2)
        {
            return null;
        }

        var wanted = (int)Math.Min(size.Next(now), maxBatch - _current.Left);
        return wanted > 0 ? Refill = new(0, _limits, wanted, TakeEnded(), Generation) : null;
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

            return;
        }

        if (refill.Generation != Generation || IsDropped)
        {
            End(batch);
        }
        else if (_current is null)
        {
            _current = batch;
        }
        else
        {
            _next = batch;
        }
    }

    /// <summary>Ends what may not be used any longer, and what is used up and has a successor.</summary>
    public void EndOverdue(long now)
    {
        if (_next is not null && !_next.IsUsable(now))
        {
            End(_next);
            _next = null;
        }

        if (_current is not null && (!_current.IsUsable(now) || (_current.Left == 0 && _next is not null)))
        {
            End(_current);
            _current = _next;
            _next = null;
        }
    }

    /// <summary>Ends all batches.</summary>
    /// <param name="isNewGeneration">Whether the batch of a call that is under way is not wanted either.</param>
    public void EndAll(bool isNewGeneration = true)
    {
        Generation += isNewGeneration ? 1 : 0;
        if (_current is not null)
        {
            End(_current);
        }

        if (_next is not null)
        {
            End(_next);
        }

        _current = null;
        _next = null;
    }

    /// <summary>Gets the batches that have ended, to tell the store. They are told once: told twice, they would come back twice.</summary>
    public IReadOnlyList<EndedBatch> TakeEnded()
    {
        var ended = _ended;
        _ended = [];
        return ended;
    }

    /// <summary>Forgets everything, as the store has forgotten the caller.</summary>
    public void Forget()
    {
        EndAll();
        TakeEnded();
        size.Reset();
        Latest = null;
    }

    private void End(Batch batch)
    {
        batch.IsEnded = true;
        _ended.Add(new EndedBatch(batch.Answer, (int)batch.Left));
    }
}
