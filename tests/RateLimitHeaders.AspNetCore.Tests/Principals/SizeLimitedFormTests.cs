using System.Net;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A form is read within the size that its endpoint accepts, and the endpoint gets the same error as without limits.</summary>
public sealed class SizeLimitedFormTests : IDisposable
{
    private readonly RecordingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Theory]
    [InlineData(100, true, HttpStatusCode.OK, "account ADA")]
    [InlineData(100, false, HttpStatusCode.OK, "account ADA")]
    [InlineData(2_000, true, HttpStatusCode.RequestEntityTooLarge, "anonymous 127.0.0.1")]
    [InlineData(2_000, false, HttpStatusCode.RequestEntityTooLarge, "anonymous 127.0.0.1")]
    public async Task FromForm_BodyBeyondTheLimitOfTheEndpoint_CountsByAddress(int size, bool tellsItsLength, HttpStatusCode status, string principal)
    {
        var principals = new List<string>();
        await using var app = await StartAsync(principals);
        Assert.Equal(status, await PostAsync(app, "/free", size, tellsItsLength));
        Assert.Equal(status, await PostAsync(app, "/limited", size, tellsItsLength));
        Assert.Equal(["no principal", principal], principals);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    private async Task<WebApplication> StartAsync(List<string> principals)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Logging.ClearProviders().AddProvider(_log).AddFilter<RecordingLogger>(category: null, LogLevel.Debug);
        builder.Services.AddRateLimitHeaders(limits => limits
            .Principals(who => who.FromForm("account", tokenType: "account"))
            .FixedWindow(5, TimeSpan.FromMinutes(1)));
        var app = builder.Build();
        app.UseRateLimitHeaders();
        app.Use((context, next) =>
        {
            principals.Add(CallerApi.Answer(context));
            return next(context);
        });
        Map("/free").DisableRateLimiting();
        Map("/limited");
        await app.StartAsync();
        return app;

        RouteHandlerBuilder Map(string path) => app
            .MapPost(path, ([FromForm] string account) => account).DisableAntiforgery().WithMetadata(new RequestSizeLimitAttribute(1_000));
    }

    private static async Task<HttpStatusCode> PostAsync(WebApplication app, string path, int size, bool tellsItsLength)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = FormApi.Form(("account", "ada"), ("password", new string('p', size))),
        };
        request.Headers.TransferEncodingChunked = !tellsItsLength;
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
