using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A client of a hub that speaks its JSON protocol over a bare socket.</summary>
internal sealed class RawHubClient : IDisposable
{
    private const char End = '\u001e';

    private readonly TcpClient _client = new();

    public static async Task<RawHubClient> ConnectAsync(int port)
    {
        var client = new RawHubClient();
        await client._client.ConnectAsync(IPAddress.Loopback, port);
        await client.SendAsync("""{"protocol":"json","version":1}""");
        Assert.Equal("{}", await client.ReadAsync());
        return client;
    }

    /// <summary>Invokes a method.</summary>
    /// <returns>The answer, or the message of the error.</returns>
    public async Task<string> CallAsync(string method, string argument)
    {
        await SendAsync($$"""{"type":1,"invocationId":"1","target":"{{method}}","arguments":["{{argument}}"]}""");
        while (true)
        {
            // Others are signs of life.
            var message = JsonNode.Parse(await ReadAsync())!;
            if ((int)message["type"]! == 3)
            {
                return (string)(message["result"] ?? message["error"])!;
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private Task SendAsync(string message) => _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(message + End)).AsTask();

    private async Task<string> ReadAsync()
    {
        List<byte> message = [];
        var next = new byte[1];
        while (true)
        {
            await _client.GetStream().ReadExactlyAsync(next).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (next[0] == End)
            {
                return Encoding.UTF8.GetString([.. message]);
            }

            message.Add(next[0]);
        }
    }
}
