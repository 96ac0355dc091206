namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A server behind the gateway, on a port of the loopback address, that answers as the test says.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private Backend(WebApplication app) => _app = app;

    /// <summary>Gets how many requests came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public string Url => _app.Urls.Single();

    public static async Task<Backend> StartAsync(Action<HttpResponse>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var backend = new Backend(app);
        app.Run(context =>
        {
            Interlocked.Increment(ref backend._requests);
            answer?.Invoke(context.Response);
            return context.Response.WriteAsync($"backend {context.Request.Path}");
        });
        await app.StartAsync();
        return backend;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
