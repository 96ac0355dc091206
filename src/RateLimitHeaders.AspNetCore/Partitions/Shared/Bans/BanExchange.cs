namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Tells a store of bans, and reads those of other servers. A request whose server has not read for a second waits for the answer; one
/// in half a second has it read without waiting, so that under load no request waits.
/// </summary>
/// <param name="guard">What stands before the store.</param>
/// <param name="store">The partitions of the plan in the store.</param>
/// <param name="clock">This server's clock.</param>
internal sealed class BanExchange(StoreGuard guard, StorePartitions store, RateLimitClock clock)
{
    private const long Early = TimeSpan.TicksPerSecond / 2;
    private const long Late = TimeSpan.TicksPerSecond;

    private readonly Lock _lock = new();
    private long _askedAt = long.MinValue / 2;
    private long _position;
    private Task _reading = Task.CompletedTask;

    /// <summary>Names a caller as the store does.</summary>
    public string NameOf(in RateLimitPrincipal caller) => store.BanNameOf(caller);

    /// <summary>Reads what other servers have set and lifted, if it is time to.</summary>
    /// <param name="accept">Takes what was read.</param>
    /// <param name="always">Whether to read in any case.</param>
    public ValueTask RefreshAsync(Action<IReadOnlyList<StoredBan>> accept, bool always = false)
    {
        var age = always ? Late : clock.Now - Volatile.Read(ref _askedAt);
        if (age < Early)
        {
            return default;
        }

        Task reading;
        lock (_lock)
        {
            if (_reading.IsCompleted && (always || clock.Now - _askedAt >= Early))
            {
                _reading = ReadAsync(accept);
            }

            reading = _reading;
        }

        return age < Late || reading.IsCompleted ? default : new(reading);
    }

    /// <summary>Tells the store of a ban; zero lifts it. While the store cannot be asked, this server's callers alone are concerned.</summary>
    public Task TellAsync(string name, TimeSpan lasts) =>
        guard.RunAsync(Terms(), (store, name, lasts), static ban => ban.store.BanAsync(ban.name, ban.lasts)).AsTask();

    private async Task ReadAsync(Action<IReadOnlyList<StoredBan>> accept)
    {
        var now = clock.Now;
        var question = new Question(store, Volatile.Read(ref _position));
        if (await guard.RunAsync(Terms(), question, static asked => asked.AskAsync()))
        {
            accept(question.Answer.Changes);
            Volatile.Write(ref _position, question.Answer.Position);
        }
        else if (!guard.IsAvailable)
        {
            // An outage costs a request nothing, and ends with the next answer.
            return;
        }

        Volatile.Write(ref _askedAt, now);
    }

    private CallTerms Terms() => new(new ProbeTarget(store, new RateLimitPrincipal(TokenTypes.Anonymous, "bans")));

    private sealed class Question(StorePartitions store, long after)
    {
        public StoredBans Answer { get; private set; }

        public async ValueTask AskAsync() => Answer = await store.ReadBansAsync(after);
    }
}
