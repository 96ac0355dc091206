namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// A store that can only load the state of a caller, and save it if nothing else has saved it meanwhile: a table of a
/// database, a key-value store, a blob. The library counts on the state as it does in memory.
/// </summary>
/// <remarks>
/// A decision costs one load and one save, and again as many where another server saved first. Requests of one caller that come
/// to one server at the same moment share them. Both methods are called by many threads at once. A call that does not end when it is
/// cancelled is not waited for, and what it answers later is not read.
/// <para>
/// Time is the wall clock of each server, unless <see cref="GetUtcNow"/> is overridden. Counted time never runs backwards: a
/// server whose clock is behind counts at the time that another has saved. A server whose clock is ahead ends windows early by
/// as much, so servers should keep their clocks together, as by NTP.
/// </para>
/// </remarks>
public abstract class CompareAndSwapStore : RateLimitStore
{
    /// <summary>Creates a store.</summary>
    protected CompareAndSwapStore() => Changes = new StateChanges(this);

    /// <summary>Gets what all keys begin with; the default is <c>ratelimit</c>.</summary>
    public virtual string KeyPrefix => "ratelimit";

    /// <summary>Gets the changes of callers' states that are under way on this server.</summary>
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
    /// <param name="cancellationToken">Is cancelled when the deadline has passed, or when nothing waits for the answer any more.</param>
    /// <returns>The state; <see langword="null"/> if there is none.</returns>
    /// <exception cref="RateLimitStoreException">The store cannot tell. Another exception counts as a fault of the call.</exception>
    protected abstract ValueTask<StoredState?> LoadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Saves a state, if the one that was loaded is still there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">The state that was loaded; <see langword="null"/> if there was none.</param>
    /// <param name="state">The state to save. Its <see cref="StoredState.Version"/> is <see langword="null"/>.</param>
    /// <param name="lifetime">
    /// How long the state tells something, from now on. A store may delete it then, and may keep it: that changes no answer.
    /// </param>
    /// <param name="cancellationToken">Is cancelled when the deadline has passed, or when nothing waits for the answer any more.</param>
    /// <returns>
    /// <see langword="false"/> if another state is there by now, or one where none was expected, or none where one was; then
    /// nothing is saved.
    /// </returns>
    /// <exception cref="RateLimitStoreException">The store cannot save. Another exception counts as a fault of the call.</exception>
    protected abstract ValueTask<bool> TrySaveAsync(
        string key, StoredState? expected, StoredState state, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>
    /// Gets the present that states are counted at. A store whose servers all read one clock, such as a database, returns that
    /// clock's time, as long as it need not wait for it.
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
    /// <param name="cancellationToken">Cancels them earlier.</param>
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

    /// <summary>Gets the present in ticks since the Unix epoch.</summary>
    internal long GetNow(TimeProvider timeProvider) => RateLimitClock.UnixTicks(GetUtcNow(timeProvider));

    /// <summary>
    /// Waits for an answer until the cancellation, whether or not the store heeds it: one load that never ends must not hold up
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
