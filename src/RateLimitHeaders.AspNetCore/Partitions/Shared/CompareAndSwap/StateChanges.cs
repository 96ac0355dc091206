namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Makes the changes of callers' states. Changes of one caller that arrive while others of it are in progress share a load and a
/// save, so that a server does not compete with itself, however many requests of one caller it has. Plans with the same keys,
/// such as those before and after a reload, have different layouts of states: their changes compete like those of two servers.
/// </summary>
internal sealed class StateChanges(CompareAndSwapStore store)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(StatePlan Plan, string Key), List<StateChange>> _waiting = [];

    /// <summary>Makes a change.</summary>
    public ValueTask RunAsync(StatePlan plan, string key, StateChange change)
    {
        change.Started = plan.Context.TimeProvider.GetTimestamp();
        lock (_lock)
        {
            if (_waiting.TryGetValue((plan, key), out var waiting))
            {
                waiting.Add(change);
                return new(change.Task);
            }

            _waiting.Add((plan, key), [change]);
        }

        _ = WorkAsync(plan, key);
        return new(change.Task);
    }

    /// <summary>Loads the state of a caller.</summary>
    /// <returns>The stored state, the same state opened, and the present moment.</returns>
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
#pragma warning disable CA1031 // Each request gets the exception, and decides by itself.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                conflicts = 0;
                Take(plan, key, changes);
                changes.ForEach(change => change.TrySetException(exception));
            }

            if (conflicts == 0)
            {
                changes.Clear();
                if (TryEnd(plan, key))
                {
                    return;
                }
            }

            // The first request's thread has its response to write; the rest runs on a thread of the pool.
            await Task.Yield();
            await StateConflicts.PauseAsync(conflicts, store.Options.Deadline, plan.Context.TimeProvider);
        }
    }

    /// <summary>Makes all waiting changes, on one state.</summary>
    /// <returns>Whether they are made; <see langword="false"/> if another server saved first.</returns>
    private ValueTask<bool> TryChangeAsync(StatePlan plan, string key, List<StateChange> changes, int conflicts) => store.RunInTimeAsync(
        plan.Context.TimeProvider,
        async cancellationToken =>
        {
            var (stored, state, now) = await OpenAsync(plan, key, cancellationToken);
            Take(plan, key, changes);
            GiveUpLate(plan, changes, conflicts);
            var before = state;
            foreach (var change in changes)
            {
                state = Apply(change, state, now);
            }

            if (state == before || await store.TrySaveStateAsync(key, stored, state.Write(), StateTime.Lifetime(plan, state, now), cancellationToken))
            {
                changes.ForEach(static change => change.TrySetResult());
                return true;
            }

            return false;
        });

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
            if (StateConflicts.AreTooMany(conflicts, age, deadline))
            {
                return change.TrySetException(StateConflicts.Failure(conflicts));
            }

            var failure = StoreFailure.OfDeadline(deadline);
            return age >= deadline && change.TrySetException(new RateLimitStoreException(failure.Kind, failure.Reason));
        });
    }

    private void Take(StatePlan plan, string key, List<StateChange> changes)
    {
        lock (_lock)
        {
            var waiting = _waiting[(plan, key)];
            changes.AddRange(waiting);
            waiting.Clear();
        }
    }

    private bool TryEnd(StatePlan plan, string key)
    {
        lock (_lock)
        {
            return _waiting[(plan, key)].Count == 0 && _waiting.Remove((plan, key));
        }
    }
}
