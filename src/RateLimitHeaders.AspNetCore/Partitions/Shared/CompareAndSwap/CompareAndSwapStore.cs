namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A store that can only load the state of a caller, and save it if it has not changed since: a table of a
/// database, a key-value store, a blob. The library counts on the state as it does in memory.
/// </summary>
/// <remarks>
/// A decision costs one load and one save, and both again each time another server saved first. Requests of one caller that arrive
/// at one server at the same moment share them. Both methods are called by many threads at once. A call that does not end when it is
/// cancelled is not waited for, and its later result is ignored.
/// <para>
/// Time is the wall clock of each server, unless <see cref="GetUtcNow"/> is overridden. Counted time never runs backwards: a
/// server whose clock is behind counts at the time that another server has saved. A server whose clock is ahead ends windows
/// earlier by the difference, so servers should synchronize their clocks, for example by NTP.
/// </para>
/// </remarks>
public abstract class CompareAndSwapStore : RateLimitStore
{
    /// <summary>Creates a store.</summary>
    protected CompareAndSwapStore() => Changes = new StateChanges(this);

    /// <summary>Gets the prefix of all keys; the default is <c>ratelimit</c>.</summary>
    public virtual string KeyPrefix => "ratelimit";

    /// <summary>Gets the changes of callers' states that are in progress on this server.</summary>
    internal StateChanges Changes { get; }

    /// <inheritdoc/>
    public sealed override StorePartitions CreatePartitions(PartitionsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new CompareAndSwapPartitions(this, context);
    }

    /// <summary>Loads a state.</summary>
    /// <param name="key">
    /// The key, of printable ASCII characters: <c>ratelimit:2:api:user:…</c>. It stays the same in all versions of the
    /// library that understand the same states.
    /// </param>
    /// <param name="cancellationToken">Is cancelled when the deadline has passed, or when the result is no longer needed.</param>
    /// <returns>The state; <see langword="null"/> if there is none.</returns>
    /// <exception cref="RateLimitStoreException">The store cannot load. Another exception counts as a fault of the call.</exception>
    protected abstract ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Saves a state, if the state that was loaded is still stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">The state that was loaded; <see langword="null"/> if there was none.</param>
    /// <param name="state">The state to save. Its <see cref="StoredState.Version"/> is <see langword="null"/>.</param>
    /// <param name="lifetime">
    /// How long the state is of interest, from now on. A store may delete it afterwards or keep it: that changes no result.
    /// </param>
    /// <param name="cancellationToken">Is cancelled when the deadline has passed, or when the result is no longer needed.</param>
    /// <returns>
    /// <see langword="false"/> if another state is stored by now, or a state where none was expected, or none where one was; then
    /// nothing is saved.
    /// </returns>
    /// <exception cref="RateLimitStoreException">The store cannot save. Another exception counts as a fault of the call.</exception>
    protected abstract ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>
    /// Gets the present moment at which states are counted. A store whose servers all read one clock, such as a database, returns the
    /// time of that clock if it need not wait for it.
    /// </summary>
    /// <param name="timeProvider">The clock of this server, whose wall clock is the default.</param>
    protected virtual DateTimeOffset GetUtcNow(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        return timeProvider.GetUtcNow();
    }

    internal ValueTask<StoredState?> LoadStateAsync(string key, CancellationToken cancellationToken) =>
        WaitAsync(LoadAsync(key, cancellationToken), cancellationToken);

    internal ValueTask<bool> TrySaveStateAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken) =>
        WaitAsync(TrySaveAsync(key, expected, state, lifetime, cancellationToken), cancellationToken);

    /// <summary>Runs loads and saves that end at the deadline.</summary>
    /// <param name="timeProvider">The clock of this server.</param>
    /// <param name="run">Loads and saves.</param>
    /// <param name="cancellationToken">Cancels them before the deadline.</param>
    /// <exception cref="RateLimitStoreException">The deadline has passed.</exception>
    internal async ValueTask<T> RunInTimeAsync<T>(
        TimeProvider timeProvider, Func<CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken = default)
    {
        using var deadline = new CancellationTokenSource(Options.Deadline, timeProvider);
        using var either = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken)
            : null;
        try
        {
            return await run((either ?? deadline).Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var failure = StoreFailure.OfDeadline(Options.Deadline);
            throw new RateLimitStoreException(failure.Kind, failure.Reason, exception);
        }
    }

    /// <summary>Gets the present moment in ticks since the Unix epoch.</summary>
    internal long GetNow(TimeProvider timeProvider) => RateLimitClock.UnixTicks(GetUtcNow(timeProvider));

    /// <summary>
    /// Waits for a result until the cancellation, whether or not the store observes it: one load that never ends must not delay
    /// all later requests of its caller.
    /// </summary>
    private static ValueTask<T> WaitAsync<T>(ValueTask<T> answer, CancellationToken cancellationToken) =>
        answer.IsCompleted ? answer : new(WaitAsync(answer.AsTask(), cancellationToken));

    private static async Task<T> WaitAsync<T>(Task<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!answer.IsCompleted)
        {
            answer.Observe();
            throw;
        }
    }
}
