namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The batches of one caller: the present one, the next one, which was taken ahead, and those whose end the store has not been told
/// of. The lock of the caller guards them.
/// </summary>
internal sealed class HeldBatches
{
    private Batch? _current;
    private Batch? _next;
    private List<EndedBatch> _ended = [];

    /// <summary>Gets how many permits are held and not used.</summary>
    public long Left => (_current?.Left ?? 0) + (_next?.Left ?? 0);

    /// <summary>Gets how many permits the batches had that are held.</summary>
    public long Lent => (_current?.Extra ?? 0) + (_next?.Extra ?? 0);

    /// <summary>Gets a value indicating whether the store does not know yet of batches that have ended.</summary>
    public bool HasEnded => _ended.Count > 0;

    public bool IsEmpty => _current is null && _next is null && !HasEnded;

    /// <summary>Gets a value indicating whether the last batch is half used up, so that it is time for the next one.</summary>
    public bool NeedsNext => _next is null && _current is not null && _current.Left <= _current.Extra / 2;

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

    /// <summary>Ends a batch: nothing may be taken from it or put back any more.</summary>
    public void End(Batch batch)
    {
        batch.IsEnded = true;
        _ended.Add(new EndedBatch(batch.Answer, (int)batch.Left));
    }

    /// <summary>Keeps batches that have ended, since the store cannot be told now.</summary>
    public void Keep(IReadOnlyList<EndedBatch> ended) => _ended.AddRange(ended);

    /// <summary>Gets the batches that have ended, to tell the store. They are told once: told twice, they would come back twice.</summary>
    public IReadOnlyList<EndedBatch> TakeEnded()
    {
        var ended = _ended;
        _ended = [];
        return ended;
    }
}
