using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The connection to Redis, which may not be there yet.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<Task<IConnectionMultiplexer>>? _open;
    private readonly bool _isOwn;
    private Task? _opening;
    private IConnectionMultiplexer? _multiplexer;
    private volatile IDatabase? _database;
    private Action? _onChange;
    private bool _isDisposed;

    private RedisConnection(Func<Task<IConnectionMultiplexer>>? open, bool isOwn)
    {
        _open = open;
        _isOwn = isOwn;
    }

    /// <summary>Gets the database; <see langword="null"/> until there was a first connection. It stays when that is lost.</summary>
    public IDatabase? Database => _database;

    /// <summary>Uses a connection of the application's, which closes it.</summary>
    public static RedisConnection Of(IConnectionMultiplexer multiplexer) =>
        new(null, isOwn: false) { _multiplexer = multiplexer, _database = multiplexer.GetDatabase() };

    /// <summary>Uses a connection that the application makes when asked, and closes. It is asked again if it fails.</summary>
    public static RedisConnection Of(Func<Task<IConnectionMultiplexer>> factory) => new(factory, isOwn: false);

    /// <summary>Makes a connection of its own, which it keeps looking for when the server is not there at first.</summary>
    /// <exception cref="ArgumentException">The string says something that StackExchange.Redis does not understand.</exception>
    public static RedisConnection Of(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        return new(async () => await ConnectionMultiplexer.ConnectAsync(options), isOwn: true);
    }

    /// <summary>Says when the connection is lost, and when it is there again, as somebody else may answer then. For one to hear.</summary>
    public void Watch(Action onChange)
    {
        lock (_lock)
        {
            _onChange = onChange;
            if (_multiplexer is not null)
            {
                Listen(_multiplexer);
            }
        }
    }

    /// <summary>Connects, unless that is done or under way, or the last attempt failed.</summary>
    public Task OpenAsync()
    {
        lock (_lock)
        {
            if (_database is not null)
            {
                return Task.CompletedTask;
            }

            if (_opening is null || _opening.IsFaulted || _opening.IsCanceled)
            {
                // In the background, since it looks up names and may be the application's code.
                _opening = Task.Run(OpenCoreAsync).Observe();
            }

            return _opening;
        }
    }

    public void Dispose()
    {
        IConnectionMultiplexer? multiplexer;
        lock (_lock)
        {
            _isDisposed = true;
            multiplexer = _multiplexer;
            _multiplexer = null;
        }

        if (multiplexer is not null)
        {
            if (_onChange is not null)
            {
                multiplexer.ConnectionFailed -= Changed;
                multiplexer.ConnectionRestored -= Changed;
            }

            CloseOwn(multiplexer);
        }
    }

    private void CloseOwn(IConnectionMultiplexer multiplexer)
    {
        if (!_isOwn)
        {
            return;
        }

        // What is under way is not waited for: there may be nobody who answers. The cast is what works with all versions of
        // the library: IConnectionMultiplexer declares Dispose itself in 1.x, and inherits it later.
        multiplexer.Close(allowCommandsToComplete: false);
        (multiplexer as IDisposable)?.Dispose();
    }

    private void Listen(IConnectionMultiplexer multiplexer)
    {
        if (_onChange is not null)
        {
            multiplexer.ConnectionFailed += Changed;
            multiplexer.ConnectionRestored += Changed;
        }
    }

    private void Changed(object? sender, ConnectionFailedEventArgs e)
    {
        // There is another one, for subscriptions, which nothing is asked over.
        if (e.ConnectionType == ConnectionType.Interactive)
        {
            _onChange?.Invoke();
        }
    }

    private async Task OpenCoreAsync()
    {
        var multiplexer = await _open!()
            ?? throw new InvalidOperationException("The factory of the connection to Redis gave none.");
        var database = multiplexer.GetDatabase();
        lock (_lock)
        {
            if (!_isDisposed)
            {
                Listen(multiplexer);
                _multiplexer = multiplexer;
                _database = database;
                return;
            }
        }

        CloseOwn(multiplexer);
    }
}
