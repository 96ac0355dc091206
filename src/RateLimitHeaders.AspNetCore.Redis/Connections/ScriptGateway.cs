using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The way to Redis over a connection of StackExchange.Redis.</summary>
/// <remarks>
/// In an outage no request waits, nor does any while it is found out whether that is over: the circuit is open then, and a
/// prober asks. In a cluster an outage of one node is one for all callers, since a circuit for each node would need to know
/// what only the client library knows.
/// </remarks>
internal sealed class ScriptGateway : IScriptGateway
{
    // A write, so that a server that is full or a replica shows; it leaves nothing behind for long.
    private static readonly RedisScript s_probe = new("return redis.call('SET', KEYS[1], '', 'PX', 1000)");

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(2);

    private readonly RedisConnection _connection;
    private readonly GatewaySettings _settings;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly RedisMetrics _metrics;
    private readonly Circuit _circuit;
    private readonly Deadlines _deadlines;
    private readonly Prober _prober;
    private readonly CallFaults _faults;
    private int _isStarted;
    private volatile bool _isDisposed;

    /// <param name="connection">The connection. It is disposed with the gateway.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="metrics">The metrics. They are disposed with the gateway.</param>
    public ScriptGateway(RedisConnection connection, GatewaySettings settings, TimeProvider timeProvider, ILogger logger, RedisMetrics metrics)
    {
        _connection = connection;
        _settings = settings;
        _timeProvider = timeProvider;
        _logger = logger;
        _metrics = metrics;
        _circuit = new Circuit(timeProvider);
        _deadlines = new Deadlines(settings.Deadline, timeProvider);
        _prober = new Prober(timeProvider);
        _faults = new CallFaults(timeProvider, logger);
        if (settings.SharesCalls)
        {
            Keyspace = new Keyspace(connection, settings.Prefix, timeProvider, logger);
            connection.Watch(Keyspace.Doubt);
        }

        metrics.Observe(() => IsAvailable);
    }

    public bool IsAvailable => _circuit.Outage is null;

    /// <summary>Gets what is known of the keys; <see langword="null"/> if nobody wants to know.</summary>
    public Keyspace? Keyspace { get; }

    /// <summary>Gets the present outage; <see langword="null"/> while Redis answers.</summary>
    public Outage? Outage => _circuit.Outage;

    /// <summary>Gets the last failure in the last minute that was the call's own fault; <see langword="null"/> if there is none.</summary>
    public Failure? RecentFault => _faults.Recent;

    /// <summary>Gets what <see cref="Start"/> has begun: when it is done, nothing comes from here that nobody asked for.</summary>
    public Task WarmUp { get; private set; } = Task.CompletedTask;

    public GatewaySettings Settings => _settings;

    public TimeSpan Deadline => _settings.Deadline;

    public IDatabase Database => _connection.Database ?? throw new InvalidOperationException("There is no connection to Redis.");

    public bool SeesAllKeys() => Keyspace?.IsWhole() == true;

    /// <summary>Connects in the background, so that the first request need not; finds out, too, that there is nobody to talk to.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
        {
            WarmUp = WarmUpAsync();
        }
    }

    public ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values) =>
        IsAvailable ? RunAsync(script, keys, values, isProbe: false) : default;

    /// <summary>Asks Redis now, within the deadline, unless an outage is known already.</summary>
    /// <returns>Whether it answered.</returns>
    public async ValueTask<bool> CheckAsync() => IsAvailable && await ProbeAsync(_settings.Prefix);

    public void Succeeded(PendingCall call)
    {
        if (!call.IsProbe)
        {
            _metrics.Called(_timeProvider, call.Started);
        }
    }

    public void Failed(PendingCall call, Failure failure)
    {
        if (_isDisposed)
        {
            return;
        }

        if (failure.Kind == FailureKind.Connection || (failure.IsOfSlots && call.HasSeveralKeys))
        {
            Keyspace?.Doubt();
        }

        if (!call.IsProbe)
        {
            _metrics.Called(_timeProvider, call.Started);
            _metrics.Failed(failure.Kind);
        }

        if (failure.Kind == FailureKind.Call)
        {
            _faults.Report(failure);
            return;
        }

        if (_circuit.Open(call.Epoch, failure, call.Key))
        {
            try
            {
                Log.Unavailable(_logger, failure.Reason, _settings.Meanwhile);
            }
            finally
            {
                _ = _prober.RunAsync(IsBackAsync, OnBack);
            }
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _prober.Dispose();
        _deadlines.Dispose();
        _connection.Dispose();
        _metrics.Dispose();
    }

    private ValueTask<RedisResult?> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values, bool isProbe)
    {
        if (_isDisposed)
        {
            return default;
        }

        var call = new PendingCall(this, script, keys, values, isProbe, _circuit.Epoch, _timeProvider.GetTimestamp());
        var answer = call.Start(_connection);
        if (!call.IsDone)
        {
            _deadlines.Add(call);
        }

        return answer;
    }

    private async Task WarmUpAsync()
    {
        // The first connection and the first script of a process take longer than any deadline, as their code is compiled.
        // Nobody waits for these, so they may; what goes wrong, the check meets again.
        const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.SuppressThrowing;
        await _connection.OpenAsync().ConfigureAwait(Quietly);
        if (_connection.Database is { } database)
        {
            var first = database.ScriptEvaluateAsync(s_probe.Text, [ProbeKey.For(_settings.Prefix)], [], CommandFlags.NoScriptCache);
            await first.Observe().WaitAsync(s_warmUp, _timeProvider).ConfigureAwait(Quietly);
        }

        await CheckAsync();
        if (Keyspace is not null)
        {
            await Keyspace.LookAsync();
        }
    }

    private async ValueTask<bool> ProbeAsync(RedisKey key) => await RunAsync(s_probe, [ProbeKey.For(key)], [], isProbe: true) is not null;

    private ValueTask<bool> IsBackAsync() => ProbeAsync(_circuit.Outage is { } outage ? outage.Key : _settings.Prefix);

    private void OnBack() => Log.Available(_logger, _circuit.Close());
}
