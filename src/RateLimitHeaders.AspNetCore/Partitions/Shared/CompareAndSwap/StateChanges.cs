namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Makes the changes of callers' states. Changes of one caller that come while others of it are under way share a load and a
/// save, so that a server never competes with itself, however many requests of one caller it has.
/// </summary>
internal sealed class StateChanges(CompareAndSwapStore store)
{
    // Requests give up before their deadline: a caller that many servers count at once is no reason to count no other there.
    private const double PartOfDeadline = 0.75;

    // So short that what is left of the deadline after that is not missed in a pause.
    private const int PausesPerDeadline = 16;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<StateChange>> _waiting = [];

    /// <summary>Makes a change.</summary>
    public ValueTask RunAsync(StatePlan plan, string key, StateChange change)
    {
        change.Started = plan.Context.TimeProvider.GetTimestamp();
        lock (_lock)
        {
            if (_waiting.TryGetValue(key, out var waiting))
            {
                waiting.Add(change);
                return new(change.Task);
            }

            _waiting.Add(key, [change]);
        }

        _ = WorkAsync(plan, key);
        return new(change.Task);
    }

    /// <summary>Loads the state of a caller.</summary>
    /// <returns>The state that is there, and the same opened, with the present.</returns>
    public async ValueTask<(StoredState? Stored, CallerState State, long Now)> OpenAsync(StatePlan plan, string key, CancellationToken cancellationToken)
    {
        var stored = await store.LoadStateAsync(key, cancellationToken);
        var now = store.GetNow(plan.Context.TimeProvider);
        var state = stored is null ? CallerState.Begin(plan, now) : CallerState.Read(stored, plan);

        // Servers whose clocks are behind count at the time of those that are ahead.
        now = Math.Max(now, state.Time);
        StateTime.Open(plan, state, now);
        return (stored, state, now);
    }

    private async Task WorkAsync(StatePlan plan, string key)
    {
        var changes = new List<StateChange>();
        for (var conflicts = 0; ;)
        {
            try
            {
                conflicts = await TryChangeAsync(plan, key, changes, conflicts) ? 0 : conflicts + 1;
            }
#pragma warning disable CA1031 // Each request hears what went wrong, and decides what becomes of it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                conflicts = 0;
                Take(key, changes);
                changes.ForEach(change => change.TrySetException(exception));
            }

            if (conflicts == 0)
            {
                changes.Clear();
                if (TryEnd(key))
                {
                    return;
                }
            }

            // The first request's thread has its answer to write; the rest is made on one of the pool.
            await Task.Yield();
            if (conflicts > 1)
            {
                await Task.Delay(Pause(conflicts), plan.Context.TimeProvider);
            }
        }
    }

    /// <summary>Makes all changes that wait, on one state.</summary>
    /// <returns>Whether they are made; <see langword="false"/> if another server saved first.</returns>
    private async Task<bool> TryChangeAsync(StatePlan plan, string key, List<StateChange> changes, int conflicts)
    {
        using var deadline = new CancellationTokenSource(store.Options.Deadline, plan.Context.TimeProvider);
        try
        {
            var (stored, state, now) = await OpenAsync(plan, key, deadline.Token);
            Take(key, changes);
            GiveUpLate(plan, changes, conflicts);
            var before = state;
            foreach (var change in changes)
            {
                state = Apply(change, state, now);
            }

            if (state == before || await store.TrySaveStateAsync(key, stored, state.Write(), StateTime.Lifetime(plan, state, now), deadline.Token))
            {
                changes.ForEach(static change => change.TrySetResult());
                return true;
            }

            return false;
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            var failure = StoreFailure.OfDeadline(store.Options.Deadline);
            throw new RateLimitStoreException(failure.Kind, failure.Reason, exception);
        }
    }

    private static CallerState Apply(StateChange change, CallerState state, long now)
    {
        // A change that is not to be saved leaves no trace for the next one.
        var next = state.Copy();
        if (!change.Apply(next, now))
        {
            return state;
        }

        next.Change(Math.Max(now, next.Born));
        return next;
    }

    /// <summary>Drops the changes of requests that have been decided without an answer, or are about to be.</summary>
    private void GiveUpLate(StatePlan plan, List<StateChange> changes, int conflicts)
    {
        var deadline = store.Options.Deadline;
        changes.RemoveAll(change =>
        {
            var age = plan.Context.TimeProvider.GetElapsedTime(change.Started);
            if (conflicts > 0 && age >= deadline * PartOfDeadline)
            {
                return change.TrySetException(new RateLimitStoreException(
                    StoreFailureKind.Call, $"other servers have saved the state of a caller first, {conflicts} times in a row."));
            }

            var failure = StoreFailure.OfDeadline(deadline);
            return age >= deadline && change.TrySetException(new RateLimitStoreException(failure.Kind, failure.Reason));
        });
    }

    private void Take(string key, List<StateChange> changes)
    {
        lock (_lock)
        {
            var waiting = _waiting[key];
            changes.AddRange(waiting);
            waiting.Clear();
        }
    }

    private bool TryEnd(string key)
    {
        lock (_lock)
        {
            return _waiting[key].Count == 0 && _waiting.Remove(key);
        }
    }

    private TimeSpan Pause(int conflicts)
    {
        var (pause, longest) = (s_firstPause * (1 << Math.Min(conflicts, 10)), store.Options.Deadline / PausesPerDeadline);
        return Jitter.Spread(pause < longest ? pause : longest);
    }
}
