using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Stands before a <see cref="RateLimitStore"/>: no request waits for it beyond the deadline, nor at all while it is known
/// not to answer. The partitions of all plans share it.
/// </summary>
/// <remarks>
/// In an outage no request waits, nor does any while it is found out whether that is over: the circuit is open then, and a
/// prober asks. An outage of one of several servers of a store is one for all callers, since only a client library knows
/// which of them counts a caller.
/// </remarks>
internal sealed class StoreGuard : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Circuit _circuit;
    private readonly Deadlines _deadlines;
    private readonly Prober _prober;
    private readonly CallFaults _faults;
    private readonly StoreInspection _inspection;
    private readonly ProbeTargets _targets = new();
    private volatile bool _isDisposed;

    public StoreGuard(RateLimitStore store, TimeProvider timeProvider, RateLimitMetrics metrics, ILogger logger)
    {
        Store = store;
        Options = store.Options;
        _timeProvider = timeProvider;
        _logger = logger = new SafeLogger(logger);
        _circuit = new Circuit(timeProvider);
        _deadlines = new Deadlines(Options.Deadline, timeProvider);
        _prober = new Prober(timeProvider);
        _faults = new CallFaults(store.Name, timeProvider, logger);
        Keeper = new PermitKeeper(timeProvider, Options.HeldPermitLifetime);
        Metrics = new StoreMetrics(metrics.Meter, store.Name, () => IsAvailable);
        _inspection = new StoreInspection(store, timeProvider, logger);
    }

    /// <summary>Occurs when an outage is over.</summary>
    public event Action? Recovered;

    public RateLimitStore Store { get; }

    public RateLimitStoreOptions Options { get; }

    public StoreMetrics Metrics { get; }

    /// <summary>Gets what looks after the permits that requests hold in the store.</summary>
    public PermitKeeper Keeper { get; }

    /// <summary>Gets the calls that had no answer in time.</summary>
    public LateCalls LateCalls { get; } = new();

    public TimeSpan Deadline => _deadlines.Deadline;

    /// <summary>Gets a value indicating whether the store has still to answer a call.</summary>
    public bool IsWaiting => _deadlines.IsWaiting;

    /// <summary>Gets a value indicating whether the store answered last time, so that it makes sense to ask it.</summary>
    public bool IsAvailable => _circuit.Outage is null;

    /// <summary>Gets the present outage; <see langword="null"/> while the store answers.</summary>
    public Outage? Outage => _circuit.Outage;

    /// <summary>Gets the last failure of the last minute that was the call's own fault; <see langword="null"/> if there is none.</summary>
    public StoreFailure? RecentFault => _faults.Recent;

    /// <summary>Gets what makes the store count wrongly although it answers, as it was found last.</summary>
    public IReadOnlyList<string> Findings => _inspection.Findings;

    /// <summary>Gets what happens to requests in an outage, as a clause.</summary>
    public string Meanwhile => Options.WhenUnavailable switch
    {
        StoreUnavailable.Admit => "all requests are admitted",
        StoreUnavailable.Reject => "all requests are rejected",
        _ => "limits are counted in this server's memory",
    };

    /// <summary>Takes note of partitions that probes may ask.</summary>
    public void Add(StorePartitions partitions) => _targets.Add(partitions);

    /// <summary>Has no probe ask partitions that are disposed.</summary>
    public void Remove(StorePartitions partitions) => _targets.Remove(partitions);

    /// <summary>Calls the store.</summary>
    /// <param name="terms">What the call is made with.</param>
    /// <param name="state">What the question needs.</param>
    /// <param name="ask">Asks the store.</param>
    /// <returns>
    /// Whether it answered in time; <see langword="false"/>, too, if no answer can be expected now. The only exception is that
    /// of the caller's own cancellation.
    /// </returns>
    public ValueTask<bool> RunAsync<TState>(in CallTerms terms, TState state, Func<TState, ValueTask> ask)
    {
        if (_isDisposed || (!terms.IsProbe && !IsAvailable))
        {
            return new(false);
        }

        var (epoch, started) = (_circuit.Epoch, _timeProvider.GetTimestamp());
        ValueTask answer;
        try
        {
            answer = ask(state);
            if (answer.IsCompleted)
            {
                answer.GetAwaiter().GetResult();
                Answered(terms, started);
                return new(true);
            }
        }
        catch (OperationCanceledException) when (terms.CancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a store throws: the request gets an answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(terms, started, epoch, StoreFailure.Of(exception));
            return new(false);
        }

        var call = new StoreCall(this, terms, epoch, started);
        var result = call.Await(answer);
        if (!call.IsDone)
        {
            _deadlines.Add(call);
        }

        return result;
    }

    /// <summary>Calls the store, and gets what it returns.</summary>
    /// <param name="terms">What the call is made with.</param>
    /// <param name="ask">Asks the store.</param>
    /// <returns>Whether it answered in time, as above, and the answer.</returns>
    public async Task<(bool IsAnswered, T? Answer)> RunAsync<T>(CallTerms terms, Func<ValueTask<T>> ask)
    {
        T? answer = default;
        Func<ValueTask> read = async () => answer = await ask();
        return await RunAsync(terms, read, static read => read()) ? (true, answer) : default;
    }

    /// <summary>Gets the task of the last <see cref="WarmUpAsync"/>.</summary>
    public Task WarmUp { get; private set; } = Task.CompletedTask;

    /// <summary>Lets the store connect in the background, and finds out whether it counts.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => WarmUp = ConnectAsync(cancellationToken);

    /// <summary>Finds out what makes the store count wrongly although it answers.</summary>
    public Task InspectAsync(CancellationToken cancellationToken) => _inspection.RunAsync(cancellationToken);

    /// <summary>Asks the store now, within the deadline, unless an outage is known already.</summary>
    /// <returns>Whether it can count.</returns>
    public ValueTask<bool> CheckAsync() => IsAvailable ? ProbeAsync(_targets.Any) : new(false);

    /// <summary>Takes note of an answer in time.</summary>
    public void Answered(in CallTerms terms, long started)
    {
        if (!terms.IsProbe)
        {
            Metrics.Called(_timeProvider, started);
        }
    }

    /// <summary>Takes note of a call without an answer.</summary>
    public void Failed(in CallTerms terms, long started, int epoch, StoreFailure failure)
    {
        if (_isDisposed)
        {
            return;
        }

        if (!terms.IsProbe)
        {
            Metrics.Called(_timeProvider, started);
            Metrics.Failed(failure.Kind);
        }

        if (failure.Kind == StoreFailureKind.Call)
        {
            _faults.Report(failure);
            if (!terms.IsProbe || IsAvailable)
            {
                return;
            }
        }

        if (_circuit.Open(epoch, failure, terms.Target))
        {
            Log.Unavailable(_logger, Store.Name, failure.Reason, Meanwhile);

            // The prober outlives the request that found the failure, and has no part in its activity and the scopes of its log.
            using (ExecutionContext.SuppressFlow())
            {
                _ = _prober.RunAsync(IsBackAsync, OnBack);
            }
        }
    }

    /// <summary>Notes why a call had no answer in time, where its client tells that after the deadline.</summary>
    public void FailedLate(int epoch, StoreFailure failure)
    {
        if (failure.Kind is not (StoreFailureKind.Call or StoreFailureKind.Deadline))
        {
            _circuit.Explain(epoch, failure);
        }
    }

    /// <summary>Makes the exception of an operator's call that the store may not have carried out.</summary>
    /// <param name="consequence">What that means.</param>
    public RateLimitStoreException NoAnswer(string consequence) =>
        new(StoreFailureKind.Server, $"{Store.Name} did not answer: {consequence}.");

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _prober.Dispose();
            Keeper.Dispose();
            _deadlines.Dispose();
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Store.WarmUpAsync(cancellationToken);
        }
#pragma warning disable CA1031 // What fails here, the check meets again.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        if (await CheckAsync())
        {
            await InspectAsync(cancellationToken);
        }
    }

    private ValueTask<bool> IsBackAsync() => ProbeAsync(_targets.Or(_circuit.Outage?.Target));

    /// <summary>Asks whether the store can count. Without partitions nothing is counted there, and so nothing is wrong.</summary>
    private ValueTask<bool> ProbeAsync(ProbeTarget? target) => target is { } asked
        ? RunAsync(new CallTerms(asked) { IsProbe = true }, asked, static asked => asked.Partitions.CheckAsync(asked.Principal, CancellationToken.None))
        : new(true);

    private void OnBack()
    {
        var length = _circuit.Close();
        Recovered?.Invoke();
        Log.Available(_logger, Store.Name, length);

        // It may be another server now.
        _ = InspectAsync(CancellationToken.None);
    }
}
