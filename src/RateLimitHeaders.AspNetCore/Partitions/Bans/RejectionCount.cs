namespace RateLimitHeaders.AspNetCore;

/// <summary>How many requests of a caller this server has rejected, of late.</summary>
/// <param name="caller">The caller, as bans name it.</param>
/// <param name="terms">What they lead to, by the first of them.</param>
/// <param name="until">The moment until which they count, as <see cref="RateLimitClock.Now"/> counts.</param>
internal sealed class RejectionCount(RateLimitPrincipal caller, BanDefinition terms, long until)
{
    private int _count;
    private int _unsent;
    private int _isListed;
    private int _hasEnded;
    private long _roomAt = long.MinValue;
    private volatile BanDefinition _terms = terms;

    public RateLimitPrincipal Caller => caller;

    /// <summary>Gets what they lead to, by the last of them.</summary>
    public BanDefinition Terms => _terms;

    /// <summary>
    /// Gets or sets the terms that the sum of the store did not meet when it was answered last; <see langword="null"/> where that
    /// is not known, since the last answer is missing.
    /// </summary>
    public BanDefinition? Unmet { get; set; } = terms;

    public long Until => until;

    /// <summary>Gets how many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the moment at which the caller was told last to come again.</summary>
    public long RoomAt => Volatile.Read(ref _roomAt);

    public bool IsOver(long now) => now >= until;

    /// <summary>Counts one more.</summary>
    /// <param name="terms">What they lead to now.</param>
    /// <param name="roomAt">The moment at which the caller is told to come again.</param>
    /// <returns>How many there are.</returns>
    public int Add(BanDefinition terms, long roomAt)
    {
        _terms = terms;
        Volatile.Write(ref _roomAt, roomAt);
        Interlocked.Increment(ref _unsent);
        return Interlocked.Increment(ref _count);
    }

    /// <summary>Gets the same number of rejections of the caller, to be counted apart from now on.</summary>
    public RejectionCount Copy() => new(caller, _terms, until) { _count = Count, _hasEnded = Volatile.Read(ref _hasEnded), _roomAt = RoomAt };

    /// <summary>Notes that the store is to be told.</summary>
    /// <returns><see langword="false"/> if that is noted already.</returns>
    public bool TryList() => Interlocked.Exchange(ref _isListed, 1) == 0;

    /// <summary>Notes that the list of rejections to send is full.</summary>
    public void Unlist() => Volatile.Write(ref _isListed, 0);

    /// <summary>Gets how many the store was not told of, and notes that it is; none where they count no more.</summary>
    public int TakeUnsent()
    {
        // Those that come meanwhile have it listed again.
        Unlist();
        var unsent = Interlocked.Exchange(ref _unsent, 0);
        return Volatile.Read(ref _hasEnded) == 0 ? unsent : 0;
    }

    /// <summary>Ends the count: the rejections have led to a ban, or were forgotten.</summary>
    /// <returns><see langword="false"/> if they did not count before.</returns>
    public bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;
}
