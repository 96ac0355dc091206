using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// A proxy that spreads keys over several servers and makes them look like one, as twemproxy and Envoy do: a script runs
/// where its first key lies, wherever the others do.
/// </summary>
internal sealed class SpreadingProxy : IAsyncDisposable
{
    private readonly RedisServer[] _servers;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private SpreadingProxy(int port, RedisServer[] servers)
    {
        _servers = servers;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Gets or sets a value indicating whether a script may have one key only, as in a cluster.</summary>
    public bool RejectsSeveralKeys { get; set; }

    /// <summary>Gets or sets what is made of answers.</summary>
    public Func<string, string> Rewrite { get; set; } = answer => answer;

    /// <summary>Gets the names of the commands that have come.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    public string Configuration => RedisServer.ConfigurationOf($"127.0.0.1:{Port}");

    /// <summary>Starts a proxy.</summary>
    /// <param name="port">Where; 0 for a free port.</param>
    /// <param name="servers">What is behind it.</param>
    public static SpreadingProxy Start(int port, params RedisServer[] servers) => new(port, servers);

    public async ValueTask DisposeAsync()
    {
        // A listener that is stopped first would accept nothing with another exception.
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(clients);
        }
    }

    /// <summary>Passes on what one client says, and what it is answered.</summary>
    private async Task ServeAsync(TcpClient client)
    {
        List<TcpClient> connections = [client];
        try
        {
            var said = new BufferedStream(client.GetStream());
            List<Stream> answers = [];
            foreach (var server in _servers)
            {
                var connection = new TcpClient();
                connections.Add(connection);
                await connection.ConnectAsync(IPAddress.Loopback, server.Port, _stopping.Token);
                answers.Add(new BufferedStream(connection.GetStream()));
            }

            while (true)
            {
                var command = new RespFrame();
                await command.ReadAsync(said, _stopping.Token);
                Commands.Enqueue(command.Name);
                if (RejectsSeveralKeys && command.HasSeveralKeys)
                {
                    await client.GetStream().WriteAsync("-CROSSSLOT Keys in request don't hash to the same slot\r\n"u8.ToArray(), _stopping.Token);
                    continue;
                }

                // Each connection has a protocol of its own, and all must have the one that the client has chosen.
                var server = command.ServerOf(_servers.Length);
                var answer = new RespFrame();
                for (var i = command.IsHello ? 0 : server; i <= (command.IsHello ? _servers.Length - 1 : server); i++)
                {
                    await connections[i + 1].GetStream().WriteAsync(command.Bytes, _stopping.Token);
                    answer = new RespFrame();
                    await answer.ReadAsync(answers[i], _stopping.Token);
                }

                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Rewrite(Encoding.Latin1.GetString(answer.Bytes))), _stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // One side has gone, or the proxy has been stopped.
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }
}
