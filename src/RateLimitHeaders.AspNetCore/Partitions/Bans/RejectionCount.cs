namespace RateLimitHeaders.AspNetCore;

/// <summary>The number of recent rejections of a caller by this server.</summary>
/// <param name="caller">The caller, as bans name it.</param>
/// <param name="terms">The terms of the ban that they lead to, at the first of them.</param>
/// <param name="until">The moment until which they count, on the clock of <see cref="RateLimitClock.Now"/>.</param>
internal sealed class RejectionCount(RateLimitPrincipal caller, BanDefinition terms, long until)
{
    private int _count;
    private int _unsent;
    private int _isListed;
    private int _hasEnded;
    private long _roomAt = long.MinValue;
    private volatile BanDefinition _terms = terms;

    public RateLimitPrincipal Caller => caller;

    /// <summary>Gets the terms of the ban that they lead to, at the last of them.</summary>
    public BanDefinition Terms => _terms;

    /// <summary>
    /// Gets or sets the terms that the store's last sum did not meet; <see langword="null"/> if that
    /// is not known, because the last answer is missing.
    /// </summary>
    public BanDefinition? Unmet { get; set; } = terms;

    public long Until => until;

    /// <summary>Gets their number.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the moment of the last announced <c>Retry-After</c>.</summary>
    public long RoomAt => Volatile.Read(ref _roomAt);

    public bool IsOver(long now) => now >= until;

    /// <summary>Counts one more.</summary>
    /// <param name="terms">The present terms of the ban that they lead to.</param>
    /// <param name="roomAt">The moment of the announced <c>Retry-After</c>.</param>
    /// <returns>Their number.</returns>
    public int Add(BanDefinition terms, long roomAt)
    {
        _terms = terms;
        Volatile.Write(ref _roomAt, roomAt);
        Interlocked.Increment(ref _unsent);
        return Interlocked.Increment(ref _count);
    }

    /// <summary>Returns the same number of rejections of the caller, to be counted separately from now on.</summary>
    public RejectionCount Copy() => new(caller, _terms, until) { _count = Count, _hasEnded = Volatile.Read(ref _hasEnded), _roomAt = RoomAt };

    /// <summary>Records that they are to be sent to the store.</summary>
    /// <returns><see langword="false"/> if that is already recorded.</returns>
    public bool TryList() => Interlocked.Exchange(ref _isListed, 1) == 0;

    /// <summary>Records that the list of rejections to send is full.</summary>
    public void Unlist() => Volatile.Write(ref _isListed, 0);

    /// <summary>Returns how many were not sent to the store, and records that they are; none if they no longer count.</summary>
    public int TakeUnsent()
    {
        // Rejections that arrive in the meantime list it again.
        Unlist();
        var unsent = Interlocked.Exchange(ref _unsent, 0);
        return Volatile.Read(ref _hasEnded) == 0 ? unsent : 0;
    }

    /// <summary>Ends the count: the rejections have led to a ban, or were cleared.</summary>
    /// <returns><see langword="false"/> if they did not count before.</returns>
    public bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;
}
