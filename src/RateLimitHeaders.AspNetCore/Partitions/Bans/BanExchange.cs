namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Sends bans to a store, and reads those of other servers. If the server has not read for a second, a request waits for the answer. One
/// request in half a second starts a reading without waiting, so that under load no request waits.
/// </summary>
/// <param name="guard">The guard of the store.</param>
/// <param name="store">The partitions of the plan in the store.</param>
/// <param name="context">The plan.</param>
/// <param name="accept">Takes what was read, and whether it was read before: after the clock of the store was set back.</param>
/// <param name="ban">Bans a caller whose rejections are as many as it may have, of all servers.</param>
internal sealed class BanExchange(
    StoreGuard guard, StorePartitions store, PartitionsContext context, Action<IReadOnlyList<StoredBan>, bool> accept, Action<RejectionCount> ban)
{
    private const long Early = TimeSpan.TicksPerSecond / 2;
    private const long Late = TimeSpan.TicksPerSecond;

    private readonly Lock _lock = new();
    private readonly RateLimitClock _clock = context.Clock;
    private long _askedAt = long.MinValue / 2;
    private long _position;
    private Task<bool> _reading = Task.FromResult(true);

    /// <summary>Gets the exchange that reports rejections to the store.</summary>
    public RejectionExchange Rejections { get; } = new(guard, store, TermsOf(store), context, ban);

    /// <summary>Returns the store's name of a caller.</summary>
    public string NameOf(in RateLimitPrincipal caller) => store.BanNameOf(caller);

    /// <summary>Reads what other servers have set and lifted, if it is time to.</summary>
    public ValueTask RefreshAsync()
    {
        var age = _clock.Now - Volatile.Read(ref _askedAt);
        if (age < Early)
        {
            return default;
        }

        Task reading;
        lock (_lock)
        {
            if (_reading.IsCompleted && _clock.Now - _askedAt >= Early)
            {
                _reading = ReadAsync();
            }

            reading = _reading;
        }

        return age < Late || reading.IsCompleted ? default : new(reading);
    }

    /// <summary>Reads what other servers have set and lifted until now.</summary>
    /// <returns>Whether the store has answered.</returns>
    public async Task<bool> ReadNowAsync()
    {
        Task<bool> before, reading;
        lock (_lock)
        {
            before = _reading;
            _reading = reading = ReadAfterAsync(before);
        }

        return await reading;
    }

    /// <summary>Sends a ban to the store; zero lifts it. While the store cannot be called, only this server's callers are affected.</summary>
    /// <returns>Whether the store has answered.</returns>
    public Task<bool> SendAsync(string name, TimeSpan lasts) =>
        guard.RunAsync(TermsOf(store), (store, name, lasts), static ban => ban.store.BanAsync(ban.name, ban.lasts)).AsTask();

    /// <summary>Extends a ban in the store, unless it was lifted there: then this server now reads that.</summary>
    /// <param name="name">The caller.</param>
    /// <param name="lasts">How long the ban lasts from now on.</param>
    public async Task ExtendAsync(string name, TimeSpan lasts)
    {
        if (await guard.RunAsync(TermsOf(store), () => store.ExtendBanAsync(name, lasts)) is (IsAnswered: true, Answer: false))
        {
            await ReadNowAsync();
        }
    }

    /// <summary>Creates the exception by which an operator learns that the store does not answer.</summary>
    /// <param name="consequence">The consequence.</param>
    public RateLimitStoreException NoAnswer(string consequence) => guard.NoAnswer(consequence);

    /// <summary>Reads after another reading, which may have begun before the change to be read.</summary>
    private async Task<bool> ReadAfterAsync(Task before)
    {
        await before;
        return await ReadAsync();
    }

    private async Task<bool> ReadAsync()
    {
        var now = _clock.Now;
        var (isAnswered, answer) = await guard.RunAsync(TermsOf(store), () => store.ReadBansAsync(Volatile.Read(ref _position)));
        if (isAnswered)
        {
            accept(answer.Changes, answer.Position < _position);
            Volatile.Write(ref _position, answer.Position);
        }
        else if (!guard.IsAvailable)
        {
            // An outage costs a request nothing, and ends with the next answer.
            return false;
        }

        Volatile.Write(ref _askedAt, now);
        return isAnswered;
    }

    private static CallTerms TermsOf(StorePartitions store) => new(new ProbeTarget(store, new RateLimitPrincipal(TokenTypes.Anonymous, "bans")));
}
