using System.Net.WebSockets;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What follows an upgrade is no content of a request or response, and is not counted.</summary>
public class UpgradedByteTests
{
    [Fact]
    public async Task WebSocket_ThatSendsBothWays_IsCountedAsNothing()
    {
        await using var api = await ByteApi.StartAsync(after: app =>
        {
            app.UseWebSockets();
            app.Map("/echo", EchoAsync);
        });
        using (var socket = new ClientWebSocket())
        {
            var uri = new UriBuilder(api.UriOf("/echo")) { Scheme = "ws" }.Uri;
            await socket.ConnectAsync(uri, CancellationToken.None);
            await socket.SendAsync(new byte[1_000], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            Assert.Equal(1_000, (await socket.ReceiveAsync(new byte[2_000], CancellationToken.None)).Count);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
        }

        Assert.Equal((0, 0), await api.ChargedAsync());
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[2_000];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await socket.ReceiveAsync(buffer, CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, CancellationToken.None);
    }
}
