namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Tells a store of rejections, so that those of all servers lead to a ban. The first is told at once and the next ones twice a second,
/// however many there are, and no request waits for it.
/// </summary>
/// <param name="guard">What stands before the store.</param>
/// <param name="store">The partitions of the plan in the store.</param>
/// <param name="context">The plan.</param>
internal sealed class RejectionExchange(StoreGuard guard, StorePartitions store, PartitionsContext context)
{
    // Of further callers the store hears with their next rejections, while this server counts them by itself.
    private const int MostCallers = 1_024;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private List<RejectionCount> _untold = [];
    private bool _isTelling;

    /// <summary>Has the store told of a caller's rejections.</summary>
    /// <param name="count">The rejections.</param>
    /// <param name="ban">Bans a caller whose rejections are as many as it may have, of all servers.</param>
    public void Tell(RejectionCount count, Action<RejectionCount> ban)
    {
        if (!count.TryList())
        {
            return;
        }

        lock (_lock)
        {
            if (_untold.Count == MostCallers)
            {
                count.Unlist();
                return;
            }

            _untold.Add(count);
            if (_isTelling)
            {
                return;
            }

            _isTelling = true;
        }

        _ = TellAllAsync(ban);
    }

    /// <summary>Has the store forget a caller's rejections.</summary>
    public Task ForgetAsync(RateLimitPrincipal caller) => AskAsync(new Question(store, caller.Id, 0, TimeSpan.Zero)).AsTask();

    private async Task TellAllAsync(Action<RejectionCount> ban)
    {
        // The request that was rejected has its answer to write.
        await Task.Yield();
        try
        {
            while (TryTake(out var counts))
            {
                var pause = Task.Delay(s_pause, context.TimeProvider);
                await Task.WhenAll(counts.Select(count => TellAsync(count, ban)));
                await pause;
            }
        }
        catch
        {
            // A log of the application threw, which gets each ban: the next rejection has the store told again.
            lock (_lock)
            {
                _isTelling = false;
            }

            throw;
        }
    }

    private bool TryTake(out List<RejectionCount> counts)
    {
        lock (_lock)
        {
            (counts, _untold) = (_untold, []);
            return _isTelling = counts.Count > 0;
        }
    }

    private async Task TellAsync(RejectionCount count, Action<RejectionCount> ban)
    {
        var (more, left) = (count.TakeUntold(), count.Until - context.Clock.Now);
        if (more == 0 || left <= 0)
        {
            return;
        }

        var (terms, unmet) = (count.Terms, count.Unmet);
        var question = new Question(store, count.Caller.Id, more, new TimeSpan(left));
        if (!await AskAsync(question))
        {
            count.Unmet = null;
            return;
        }

        // One server alone sees the sum get so far, unless that answer was lost or fewer rejections are enough by now.
        count.Unmet = terms;
        if (question.Sum >= terms.After && (question.Sum - more < terms.After || unmet != terms))
        {
            ban(count);
        }
    }

    private ValueTask<bool> AskAsync(Question question) => guard.RunAsync(
        new CallTerms(new ProbeTarget(store, new RateLimitPrincipal(TokenTypes.Anonymous, "bans"))), question, static asked => asked.AskAsync());

    private sealed class Question(StorePartitions store, string name, int more, TimeSpan within)
    {
        public long Sum { get; private set; }

        public async ValueTask AskAsync() => Sum = await store.AddRejectionsAsync(name, more, within);
    }
}
