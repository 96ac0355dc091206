namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Sends rejections to a store, so that those of all servers lead to a ban. The first of any caller of the plan is sent at once, and those of all
/// callers after it twice a second, however many there are, until there are none for half a second. No request waits for it.
/// </summary>
/// <param name="guard">The guard of the store.</param>
/// <param name="store">The partitions of the plan in the store.</param>
/// <param name="terms">The terms of calls of the store.</param>
/// <param name="context">The plan.</param>
/// <param name="ban">Bans a caller whose rejections are as many as it may have, of all servers.</param>
internal sealed class RejectionExchange(
    StoreGuard guard, StorePartitions store, CallTerms terms, PartitionsContext context, Action<RejectionCount> ban)
{
    // The rejections of further callers are sent with their next rejection. Until then only this server counts them.
    private const int MostCallers = 1_024;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);

    private readonly Lock _lock = new();
    private List<RejectionCount> _unsent = [];
    private bool _isSending;

    /// <summary>Reports a caller's rejections to the store.</summary>
    public void Send(RejectionCount count)
    {
        if (!count.TryList())
        {
            return;
        }

        lock (_lock)
        {
            if (_unsent.Count == MostCallers)
            {
                count.Unlist();
                return;
            }

            _unsent.Add(count);
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        // Sending continues for rejections of other requests, and is not part of the activity of this one and the scopes of its log.
        using (ExecutionContext.SuppressFlow())
        {
            _ = SendAllAsync();
        }
    }

    /// <summary>Clears a caller's rejections in the store.</summary>
    public Task ForgetAsync(RateLimitPrincipal caller) => AddAsync(caller.Id, 0, TimeSpan.Zero);

    private async Task SendAllAsync()
    {
        // The rejected request writes its response first.
        await Task.Yield();
        try
        {
            while (TryTake(out var counts))
            {
                var pause = Task.Delay(s_pause, context.TimeProvider);
                await Task.WhenAll(counts.Select(SendAsync));
                await pause;
            }
        }
        catch
        {
            // Whatever threw: the next rejection is sent to the store again.
            lock (_lock)
            {
                _isSending = false;
            }

            throw;
        }
    }

    private bool TryTake(out List<RejectionCount> counts)
    {
        lock (_lock)
        {
            (counts, _unsent) = (_unsent, []);
            return _isSending = counts.Count > 0;
        }
    }

    private async Task SendAsync(RejectionCount count)
    {
        var (more, left) = (count.TakeUnsent(), count.Until - context.Clock.Now);
        if (more == 0 || left <= 0)
        {
            return;
        }

        var (allowed, unmet) = (count.Terms, count.Unmet);
        if (await AddAsync(count.Caller.Id, more, new TimeSpan(left)) is not { } sum)
        {
            count.Unmet = null;
            return;
        }

        // Only one server sees the sum reach the number, unless its answer was lost or the number was lowered.
        count.Unmet = allowed;
        if (sum >= allowed.After && (sum - more < allowed.After || unmet != allowed))
        {
            ban(count);
        }
    }

    /// <summary>Adds rejections of a caller in the store.</summary>
    /// <returns>The sum; <see langword="null"/> if the store has not answered in time.</returns>
    private async Task<long?> AddAsync(string name, int more, TimeSpan within)
    {
        var (isAnswered, sum) = await guard.RunAsync(terms, () => store.AddRejectionsAsync(name, more, within));
        return isAnswered ? sum : null;
    }
}
