using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The connection to Redis, which may not be open yet.</summary>
/// <param name="open">Creates or finds the connection. It is called again if it fails.</param>
/// <param name="isOwn">Whether the connection is closed with this object.</param>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> open, bool isOwn) : IDisposable
{
    private readonly Lock _lock = new();
    private Task<IDatabase>? _opening;
    private volatile IDatabase? _database;
    private bool _isDisposed;

    /// <summary>
    /// Gets a value indicating whether the client library has detected one standalone server, which may have replicas: no
    /// cluster, and no proxy that may distribute keys over several servers.
    /// </summary>
    public bool IsStandalone => Topology == ServerType.Standalone;

    /// <summary>Gets a value indicating whether the client library has detected a cluster.</summary>
    public bool IsCluster => Topology == ServerType.Cluster;

    /// <summary>Gets the connection; <see langword="null"/> as long as there is none.</summary>
    public IConnectionMultiplexer? Multiplexer => _database?.Multiplexer;

    /// <summary>
    /// Gets the type of server, on which the places of keys depend: one server with all of them, or a cluster; <see langword="null"/> if
    /// it has not been detected, for a proxy, and for several servers that are independent of each other.
    /// </summary>
    private ServerType? Topology
    {
        get
        {
            if (Multiplexer is not { } multiplexer)
            {
                return null;
            }

            var primaries = 0;
            foreach (var server in multiplexer.GetServers())
            {
                // Before it is connected, every server looks like a standalone one. A proxy that is named is of another type.
                if (server.IsConnected && server.ServerType != ServerType.Standalone)
                {
                    return server.ServerType == ServerType.Cluster ? ServerType.Cluster : null;
                }

                primaries += server.IsConnected && !server.IsReplica ? 1 : 0;
            }

            return primaries == 1 ? ServerType.Standalone : null;
        }
    }

    /// <summary>Creates a connection that this library closes, and which retries if the server cannot be reached at first.</summary>
    public static RedisConnection Of(string configuration) => new(() => ConnectAsync(configuration), isOwn: true);

    /// <summary>Returns the database. Connects first, unless a connection exists or is in progress. A failed attempt is repeated.</summary>
    public ValueTask<IDatabase> OpenAsync()
    {
        if (_database is { } database)
        {
            return new(database);
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_opening is null || _opening.IsFaulted || _opening.IsCanceled)
            {
                // In the background, because it looks up names and may be code of the application.
                _opening = Task.Run(OpenCoreAsync);
            }

            return new(_opening);
        }
    }

    public void Dispose()
    {
        IConnectionMultiplexer? multiplexer;
        lock (_lock)
        {
            _isDisposed = true;
            multiplexer = Multiplexer;
            _database = null;
        }

        Close(multiplexer);
    }

    private static async Task<IConnectionMultiplexer> ConnectAsync(string configuration)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;

        // Without a connection a call fails at once, with the cause, instead of waiting for a connection until the deadline.
        options.BacklogPolicy = BacklogPolicy.FailFast;

        // The client's own threads would only pass each answer to a thread of the pool, on which requests continue: on two cores
        // that also run everything else, this takes a tenth of the processor's time.
#pragma warning disable CS0618 // StackExchange.Redis 3 has no such threads, and ignores the setting.
        options.SocketManager = SocketManager.ThreadPool;
#pragma warning restore CS0618
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    private async Task<IDatabase> OpenCoreAsync()
    {
        var multiplexer = await open() ?? throw new InvalidOperationException("The factory of the Redis connection returned null.");
        var database = multiplexer.GetDatabase();
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _database = database;
                return database;
            }
        }

        Close(multiplexer);
        throw new ObjectDisposedException(nameof(RedisConnection));
    }

    private void Close(IConnectionMultiplexer? multiplexer)
    {
        if (isOwn)
        {
            // An attempt in progress is not waited for: there may be no server that answers.
            multiplexer?.Close(allowCommandsToComplete: false);
            multiplexer?.Dispose();
        }
    }
}
