using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The bans of a plan's callers, and the rejections that lead to them. Those in a store belong to all servers that share it. Each
/// server also counts its own rejections, so that a caller of one server is banned at once, even while the store cannot be called.
/// </summary>
internal sealed class CallerBans
{
    // Each extension makes the store write all bans of the plan.
    private const long MinSendInterval = TimeSpan.TicksPerSecond;
    private const int SendsPerBan = 8;

    private readonly PartitionsContext _context;
    private readonly BanExchange? _exchange;
    private readonly RateLimitClock _clock;
    private readonly CallerMap<Ban> _bans;
    private readonly CallerMap<RejectionCount> _counts;

    /// <param name="context">The plan. No more than <see cref="PartitionsContext.MaxPartitions"/> callers are banned at a time.</param>
    /// <param name="stored">The partitions in the store that keeps the bans of all servers; <see langword="null"/> where this server counts alone.</param>
    /// <param name="before">
    /// The bans of the plan before its quotas changed; <see langword="null"/> for none. This server keeps them, because the store may not
    /// answer, or may not have received them.
    /// </param>
    public CallerBans(PartitionsContext context, GuardedPartitions? stored, CallerBans? before = null)
    {
        _context = context;
        _exchange = stored is null ? null : new BanExchange(stored.Guard, stored.Store, context, Accept, Ban);
        _clock = context.Clock;
        _bans = before?._bans ?? new(_clock, context.MaxPartitions, static (ban, now) => now >= ban.Until);
        _counts = before?._counts ?? new(_clock, context.MaxPartitions, static (count, now) => count.IsOver(now));
    }

    /// <summary>Reads the bans that other servers have set or lifted, at least once a second.</summary>
    public ValueTask RefreshAsync() => _exchange?.RefreshAsync() ?? default;

    /// <summary>Returns how long a caller is banned from now on; <see langword="null"/> if it is not.</summary>
    public TimeSpan? Find(in RateLimitPrincipal caller)
    {
        var now = _clock.Now;
        return _bans.Count > 0 && _bans.TryGet(KeyOf(caller), now, out var ban) ? new TimeSpan(ban.Until - now) : null;
    }

    /// <summary>Counts a rejection, and bans the caller if the number of rejections reaches the threshold.</summary>
    public void Count(in RateLimitPrincipal caller, BanDefinition terms, TimeSpan? retryAfter)
    {
        var (now, key) = (_clock.Now, KeyOf(caller));
        var count = _counts.GetOrAdd(key, now, () => new RejectionCount(key, terms, now + terms.Within.Ticks));
        if (count is null)
        {
            return;
        }

        // >=, because a reload or another policy with the same count may have lowered the number.
        if (count.Add(terms, now + (retryAfter?.Ticks ?? 0)) >= terms.After)
        {
            Ban(count);
        }
        else
        {
            _exchange?.Rejections.Send(count);
        }
    }

    /// <summary>Restarts a ban, because the caller has not waited.</summary>
    public void Extend(in RateLimitPrincipal caller, TimeSpan lasting)
    {
        var (now, key) = (_clock.Now, KeyOf(caller));
        if (!_bans.TryGet(key, now, out var ban) || now + lasting.Ticks <= ban.Until)
        {
            return;
        }

        // A flood must not call the store for each request, nor once a second for each caller.
        var until = now + lasting.Ticks;
        var sends = until - ban.SentUntil >= Math.Max(MinSendInterval, lasting.Ticks / SendsPerBan);
        var next = ban with { Until = until, SentUntil = sends ? until : ban.SentUntil, IsOwn = ban.IsOwn || sends };
        if (_bans.TryReplace(key, ban, next) && sends && _exchange is not null)
        {
            // The store may not have the ban yet. It is then set again, because a ban that the store does not have cannot be extended.
            _ = ban.IsStored.Value ? _exchange.ExtendAsync(key.Id, lasting) : SendAsync(key, lasting, ban.IsStored);
        }
    }

    /// <summary>Bans a caller from now on, for an operator: here in any case, and on all servers that share the store.</summary>
    /// <exception cref="RateLimitStoreException">The store does not answer.</exception>
    public async Task SetAsync(RateLimitPrincipal caller, TimeSpan lasting)
    {
        if (!await SetByKeyAsync(KeyOf(caller), lasting))
        {
            throw _exchange!.NoAnswer("other servers may not ban the caller");
        }
    }

    /// <summary>Lifts the ban of a caller for an operator, here and, within a second, on the other servers that share the store.</summary>
    /// <returns>Whether it was banned.</returns>
    /// <exception cref="RateLimitStoreException">The store does not answer.</exception>
    public async Task<bool> LiftAsync(RateLimitPrincipal caller)
    {
        var key = KeyOf(caller);
        var isKnown = _exchange is null || await _exchange.ReadNowAsync();
        await ForgetByKeyAsync(key);
        if (isKnown && Find(caller) is null)
        {
            return false;
        }

        // If the ban were lifted here although the store did not answer, a retry would find none here, and the other servers would keep
        // it.
        if (_exchange is not null && !(isKnown && await _exchange.SendAsync(key.Id, TimeSpan.Zero)))
        {
            throw _exchange.NoAnswer("the caller may still be banned");
        }

        _bans.Remove(key);
        Log.BanLifted(_context.Logger, _context.Plan.PolicyName, _context.Plan.TokenType);
        return true;
    }

    /// <summary>Clears the rejections of a caller, but no ban.</summary>
    public Task ForgetAsync(in RateLimitPrincipal caller) => ForgetByKeyAsync(KeyOf(caller));

    /// <summary>
    /// Continues the bans and rejections of another plan, which has had the same callers so far. Those in a store are left out, because
    /// they are stored by plan.
    /// </summary>
    public void TakeOver(CallerBans others)
    {
        if (_exchange is null)
        {
            var now = _clock.Now;
            _bans.TakeOver(others._bans, now, static (other, mine) => mine is not null && mine.Until >= other.Until ? mine : other);
            _counts.TakeOver(others._counts, now, (other, mine) => mine?.IsOver(now) == false && mine.Count >= other.Count ? mine : other.Copy());
        }
    }

    private void Ban(RejectionCount count)
    {
        if (!count.TryEnd())
        {
            return;
        }

        _ = ForgetByKeyAsync(count.Caller);
        if (_bans.TryGet(count.Caller, _clock.Now, out _))
        {
            return;
        }

        var (terms, untilRoom) = (count.Terms, new TimeSpan(count.RoomAt - _clock.Now));
        var lasting = untilRoom > terms.Lasting ? untilRoom : terms.Lasting;
        _ = SetByKeyAsync(count.Caller, lasting);
        _context.Metrics.Banned(_context.Tags);
        Log.Banned(_context.Logger, _context.Plan.PolicyName, _context.Plan.TokenType, lasting, terms.After, terms.Within);
    }

    /// <summary>Bans a caller.</summary>
    /// <returns>Whether the store has confirmed it, if there is one.</returns>
    private Task<bool> SetByKeyAsync(in RateLimitPrincipal key, TimeSpan lasting)
    {
        var until = _clock.Now + lasting.Ticks;
        var isStored = new StrongBox<bool>();
        _bans.Set(key, new Ban(until, until, isStored, IsOwn: true));
        return SendAsync(key, lasting, isStored);
    }

    private async Task<bool> SendAsync(RateLimitPrincipal key, TimeSpan lasting, StrongBox<bool> isStored) =>
        isStored.Value = _exchange is null || await _exchange.SendAsync(key.Id, lasting);

    private Task ForgetByKeyAsync(in RateLimitPrincipal key)
    {
        EndCount(key);
        return _exchange?.Rejections.ForgetAsync(key) ?? Task.CompletedTask;
    }

    /// <summary>Ends the count of a caller's rejections, including those that were not sent to the store yet.</summary>
    private void EndCount(in RateLimitPrincipal key)
    {
        if (_counts.TryGet(key, _clock.Now, out var count))
        {
            count.TryEnd();
            _counts.Remove(key, count);
        }
    }

    /// <summary>
    /// Returns whether a ban of the store is one that this server has sent there. Its end comes back later, by the time that the two calls took,
    /// and without what the server has added to it since.
    /// </summary>
    private static bool IsSame(Ban ban, long until) => ban.IsOwn && Math.Abs(until - ban.SentUntil) < MinSendInterval;

    private RateLimitPrincipal KeyOf(in RateLimitPrincipal caller) =>
        _exchange is null ? caller : new RateLimitPrincipal(_context.Plan.TokenType, _exchange.NameOf(caller));

    /// <summary>Applies bans of the store. Of those that are read again, the server keeps the earlier end, if it knows one.</summary>
    private void Accept(IReadOnlyList<StoredBan> changes, bool isAgain)
    {
        var now = _clock.Now;
        foreach (var (name, lasts) in changes)
        {
            var key = new RateLimitPrincipal(_context.Plan.TokenType, name);
            EndCount(key);
            if (lasts <= TimeSpan.Zero)
            {
                _bans.Remove(key);
            }
            else if (_bans.TryGet(key, now, out var ban) && (IsSame(ban, now + lasts.Ticks) || (isAgain && ban.Until < now + lasts.Ticks)))
            {
                ban.IsStored.Value = true;
            }
            else
            {
                _bans.Set(key, new Ban(now + lasts.Ticks, now + lasts.Ticks, new StrongBox<bool>(true), IsOwn: false));
            }
        }
    }
}
