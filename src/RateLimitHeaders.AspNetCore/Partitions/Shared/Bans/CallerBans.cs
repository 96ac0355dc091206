namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The bans of a plan's callers, and the rejections that lead to them. Bans that a store keeps are those of all servers that share
/// it; rejections are counted by each server.
/// </summary>
/// <param name="context">The plan. No more than <see cref="PartitionsContext.MaxPartitions"/> callers are banned at a time.</param>
/// <param name="exchange">Tells the store, and hears of other servers; <see langword="null"/> where this server is alone.</param>
internal sealed class CallerBans(PartitionsContext context, BanExchange? exchange)
{
    private const long ToldPause = TimeSpan.TicksPerSecond;

    private readonly RateLimitClock _clock = context.Clock;
    private readonly CallerMap<Ban> _bans = new(context.Clock, context.MaxPartitions, static (ban, now) => now >= ban.Until);
    private readonly CallerMap<RejectionCount> _counts = new(context.Clock, context.MaxPartitions, static (count, now) => count.IsOver(now));

    /// <summary>Hears of what other servers have set and lifted, at least once a second.</summary>
    public ValueTask RefreshAsync() => exchange?.RefreshAsync(Accept) ?? default;

    /// <summary>Gets how long a caller is banned from now on; <see langword="null"/> if it is not.</summary>
    public TimeSpan? Find(in RateLimitPrincipal caller)
    {
        var now = _clock.Now;
        return _bans.Count > 0 && _bans.TryGet(KeyOf(caller), now, out var ban) ? new TimeSpan(ban.Until - now) : null;
    }

    /// <summary>Counts a rejection, and bans the caller if it was the last that it had.</summary>
    public void Count(in RateLimitPrincipal caller, BanDefinition terms, TimeSpan? retryAfter)
    {
        var (now, within) = (_clock.Now, terms.Within.Ticks);
        var count = _counts.GetOrAdd(caller, now, () => new RejectionCount(now + within));
        if (count?.Add() != terms.After)
        {
            return;
        }

        _counts.Remove(caller, count);
        var lasting = retryAfter > terms.Lasting ? retryAfter.Value : terms.Lasting;
        Log.Banned(context.Logger, context.Plan.PolicyName, context.Plan.TokenType, lasting, terms.After, terms.Within);
        context.Metrics.Bans.Banned(context.Tags);
        _ = SetAsync(caller, lasting);
    }

    /// <summary>Has a ban begin again, since the caller has not waited.</summary>
    public void Extend(in RateLimitPrincipal caller, TimeSpan lasting)
    {
        var (now, key) = (_clock.Now, KeyOf(caller));
        if (!_bans.TryGet(key, now, out var ban) || now + lasting.Ticks <= ban.Until)
        {
            return;
        }

        // A flood must not call the store for each request.
        var (until, tells) = (now + lasting.Ticks, now + lasting.Ticks - ban.ToldUntil >= ToldPause);
        if (_bans.TryReplace(key, ban, new Ban(until, tells ? until : ban.ToldUntil)) && tells)
        {
            _ = exchange?.TellAsync(key.Id, lasting);
        }
    }

    /// <summary>Bans a caller from now on.</summary>
    public Task SetAsync(in RateLimitPrincipal caller, TimeSpan lasting)
    {
        var (until, key) = (_clock.Now + lasting.Ticks, KeyOf(caller));
        _bans.Set(key, new Ban(until, until));
        return exchange?.TellAsync(key.Id, lasting) ?? Task.CompletedTask;
    }

    /// <summary>Lifts the ban of a caller, here and, within a second, on the other servers that share the store.</summary>
    /// <returns>Whether it was banned.</returns>
    public async Task<bool> LiftAsync(RateLimitPrincipal caller)
    {
        await (exchange?.RefreshAsync(Accept, always: true) ?? default);
        _counts.Remove(caller);
        if (Find(caller) is null)
        {
            return false;
        }

        var key = KeyOf(caller);
        _bans.Remove(key);
        Log.BanLifted(context.Logger, context.Plan.PolicyName, context.Plan.TokenType);
        await (exchange?.TellAsync(key.Id, TimeSpan.Zero) ?? Task.CompletedTask);
        return true;
    }

    /// <summary>Forgets the rejections of a caller, but no ban.</summary>
    public void Forget(in RateLimitPrincipal caller) => _counts.Remove(caller);

    private RateLimitPrincipal KeyOf(in RateLimitPrincipal caller) =>
        exchange is null ? caller : new RateLimitPrincipal(context.Plan.TokenType, exchange.NameOf(caller));

    private void Accept(IReadOnlyList<StoredBan> changes)
    {
        var now = _clock.Now;
        foreach (var (name, lasts) in changes)
        {
            var key = new RateLimitPrincipal(context.Plan.TokenType, name);
            if (lasts > TimeSpan.Zero)
            {
                _bans.Set(key, new Ban(now + lasts.Ticks, now + lasts.Ticks));
            }
            else
            {
                _bans.Remove(key);
            }
        }
    }
}
