namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The batches of one caller: the present one, the next one, which was taken in advance, and those whose end was not reported to the store
/// yet. They are guarded by the lock of the caller.
/// </summary>
internal sealed class HeldBatches
{
    private Batch? _current;
    private Batch? _next;
    private List<EndedBatch> _ended = [];

    /// <summary>Gets the number of permits that are held and not used.</summary>
    public long Left => (_current?.Left ?? 0) + (_next?.Left ?? 0);

    /// <summary>Gets the number of permits that the held batches had.</summary>
    public long Lent => (_current?.Extra ?? 0) + (_next?.Extra ?? 0);

    /// <summary>Gets a value indicating whether batches have ended whose end was not reported to the store yet.</summary>
    public bool HasEnded => _ended.Count > 0;

    public bool IsEmpty => _current is null && _next is null && !HasEnded;

    /// <summary>Gets a value indicating whether the last batch is half used up, so that it is time for the next one.</summary>
    public bool NeedsNext => _next is null && _current is not null && _current.Left <= _current.Extra / 2;

    /// <summary>Finds a batch with enough permits, and takes them.</summary>
    /// <param name="permits">The permits; 0 for only the batch, whatever it holds.</param>
    /// <param name="now">The present moment.</param>
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

    public void Add(Batch batch)
    {
        if (_current is null)
        {
            _current = batch;
        }
        else
        {
            _next = batch;
        }
    }

    /// <summary>Ends batches that may no longer be used, and those that are used up and have a successor.</summary>
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

    public void EndAll()
    {
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

    /// <summary>Ends a batch: permits may no longer be taken from it or put back.</summary>
    public void End(Batch batch)
    {
        batch.IsEnded = true;
        _ended.Add(new EndedBatch(batch.Answer, (int)batch.Left));
    }

    /// <summary>Keeps batches that have ended, because they cannot be reported to the store now.</summary>
    public void Keep(IReadOnlyList<EndedBatch> ended) => _ended.AddRange(ended);

    /// <summary>
    /// Returns the batches that have ended, to report them to the store. They are reported once: otherwise their permits would come back twice.
    /// </summary>
    public IReadOnlyList<EndedBatch> TakeEnded()
    {
        var ended = _ended;
        _ended = [];
        return ended;
    }
}
