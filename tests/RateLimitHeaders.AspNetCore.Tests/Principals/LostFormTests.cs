using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Forms that a real server gives up, since they are too large or since the caller hangs up.</summary>
public sealed class LostFormTests : IAsyncLifetime, IDisposable
{
    private readonly RecordingLogger _log = new();
    private readonly TaskCompletionSource<string> _principal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port: 0);
            kestrel.Limits.MaxRequestBodySize = 1_000;
        });
        builder.Logging.ClearProviders().AddProvider(_log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        builder.Services.AddRateLimitHeaders(limits => limits
            .Principals(who => who.FromForm("account", tokenType: "account"))
            .FixedWindow(5, TimeSpan.FromMinutes(1)));
        _app = builder.Build();
        _app.UseRateLimitHeaders();
        _app.Use((context, next) =>
        {
            _principal.TrySetResult(CallerApi.Answer(context));
            return next(context);
        });
        _app.MapPost("/", ([FromForm] string account) => account).DisableAntiforgery();
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FromForm_BodyBeyondTheLimitOfTheServer_CountsByAddress(bool tellsItsLength)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_app!.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = FormApi.Form(("account", "ada"), ("password", new string('p', 2_000))),
        };
        request.Headers.TransferEncodingChunked = !tellsItsLength;

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("anonymous 127.0.0.1", await _principal.Task);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task FromForm_CallerThatHangsUp_IsNotLogged()
    {
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(IPAddress.Loopback, new Uri(_app!.Urls.Single()).Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\naccount=a"));
        }

        Assert.Equal("anonymous 127.0.0.1", await _principal.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }
}
