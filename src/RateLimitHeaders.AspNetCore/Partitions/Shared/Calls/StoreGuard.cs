using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Guards a <see cref="RateLimitStore"/>: no request waits for it beyond the deadline, nor at all while it is known
/// not to answer. The partitions of all plans share the guard.
/// </summary>
/// <remarks>
/// In an outage no request waits, not even while it is determined whether the outage is over: the circuit is open then, and a
/// prober calls the store. An outage of one of several servers of a store is an outage for all callers, because only a client library knows
/// which of them counts a caller.
/// </remarks>
internal sealed class StoreGuard : IDisposable
{
    /// <summary>As many calls as a store answers fast, so that requests do not wait behind them.</summary>
    public const int ChargesAtOnce = 16;

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

    /// <summary>Gets the object that renews the permits that requests hold in the store.</summary>
    public PermitKeeper Keeper { get; }

    /// <summary>Gets the places for charges after an outage, which all plans share.</summary>
    public SemaphoreSlim Charges { get; } = new(ChargesAtOnce);

    /// <summary>Gets the calls that had no answer in time.</summary>
    public LateCalls LateCalls { get; } = new();

    public TimeSpan Deadline => _deadlines.Deadline;

    /// <summary>Gets a value indicating whether a call of the store has no answer yet.</summary>
    public bool IsWaiting => _deadlines.IsWaiting;

    /// <summary>Gets a value indicating whether the store answered last time, so that it makes sense to call it.</summary>
    public bool IsAvailable => _circuit.Outage is null;

    /// <summary>Gets the present outage; <see langword="null"/> while the store answers.</summary>
    public Outage? Outage => _circuit.Outage;

    /// <summary>Gets the last failure of the last minute that was the call's own fault; <see langword="null"/> if there is none.</summary>
    public StoreFailure? RecentFault => _faults.Recent;

    /// <summary>Gets the last findings of reasons why the store counts wrongly although it answers.</summary>
    public IReadOnlyList<string> Findings => _inspection.Findings;

    /// <summary>Gets the treatment of requests in an outage, as a clause.</summary>
    public string Meanwhile => Options.WhenUnavailable switch
    {
        StoreUnavailable.Admit => "all requests are admitted",
        StoreUnavailable.Reject => "all requests are rejected",
        _ => "limits are counted in this server's memory",
    };

    /// <summary>Adds partitions that probes may call.</summary>
    public void Add(StorePartitions partitions) => _targets.Add(partitions);

    /// <summary>Removes partitions that are disposed from those that probes may call.</summary>
    public void Remove(StorePartitions partitions) => _targets.Remove(partitions);

    /// <summary>Calls the store.</summary>
    /// <param name="terms">The terms of the call.</param>
    /// <param name="state">The argument of the call.</param>
    /// <param name="invoke">Calls the store.</param>
    /// <returns>
    /// Whether it answered in time; also <see langword="false"/> if no answer can be expected now. The only exception is that
    /// of the caller's own cancellation.
    /// </returns>
    public ValueTask<bool> RunAsync<TState>(in CallTerms terms, TState state, Func<TState, ValueTask> invoke)
    {
        if (_isDisposed || (!terms.IsProbe && !IsAvailable))
        {
            return new(false);
        }

        var (epoch, started) = (_circuit.Epoch, _timeProvider.GetTimestamp());
        ValueTask answer;
        try
        {
            answer = invoke(state);
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

    /// <summary>Calls the store, and returns its result.</summary>
    /// <param name="terms">The terms of the call.</param>
    /// <param name="invoke">Calls the store.</param>
    /// <returns>Whether it answered in time, as above, and the answer.</returns>
    public async Task<(bool IsAnswered, T? Answer)> RunAsync<T>(CallTerms terms, Func<ValueTask<T>> invoke)
    {
        T? answer = default;
        Func<ValueTask> read = async () => answer = await invoke();
        return await RunAsync(terms, read, static read => read()) ? (true, answer) : default;
    }

    /// <summary>Gets the task of the last <see cref="WarmUpAsync"/>.</summary>
    public Task WarmUp { get; private set; } = Task.CompletedTask;

    /// <summary>Makes the store connect in the background, and checks whether it counts.</summary>
    public Task WarmUpAsync(CancellationToken cancellationToken) => WarmUp = ConnectAsync(cancellationToken);

    /// <summary>Finds reasons why the store counts wrongly although it answers.</summary>
    public Task InspectAsync(CancellationToken cancellationToken) => _inspection.RunAsync(cancellationToken);

    /// <summary>Calls the store now, within the deadline, unless an outage is already known.</summary>
    /// <returns>Whether it can count.</returns>
    public ValueTask<bool> CheckAsync() => IsAvailable ? ProbeAsync(_targets.Any) : new(false);

    /// <summary>Records an answer in time.</summary>
    public void Answered(in CallTerms terms, long started)
    {
        if (!terms.IsProbe)
        {
            Metrics.Called(_timeProvider, started);
        }
    }

    /// <summary>Records a call without an answer.</summary>
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

            // The prober outlives the request that found the failure, and is not part of its activity and the scopes of its log.
            using (ExecutionContext.SuppressFlow())
            {
                _ = _prober.RunAsync(IsBackAsync, OnBack);
            }
        }
    }

    /// <summary>Records why a call had no answer in time, if its client reports that after the deadline.</summary>
    public void FailedLate(int epoch, StoreFailure failure)
    {
        if (failure.Kind is not (StoreFailureKind.Call or StoreFailureKind.Deadline))
        {
            _circuit.Explain(epoch, failure);
        }
    }

    /// <summary>Creates the exception of an operator's call that the store may not have carried out.</summary>
    /// <param name="consequence">The consequence.</param>
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
#pragma warning disable CA1031 // The check meets the same failure again.
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

    /// <summary>Checks whether the store can count. Without partitions nothing is counted there, and so nothing is wrong.</summary>
    private ValueTask<bool> ProbeAsync(ProbeTarget? target) => target is { } probed
        ? RunAsync(new CallTerms(probed) { IsProbe = true }, probed, static probed => probed.Partitions.CheckAsync(probed.Principal, CancellationToken.None))
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
