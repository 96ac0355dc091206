using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// An API of few slots. <c>/hold</c> keeps one until the test opens the gate or the caller hangs up; and the test is told
/// of each request when it waits, and when the middleware is done with it.
/// </summary>
internal sealed class SlotApi : IAsyncDisposable
{
    // No test waits so long unless it has failed.
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(1);

    private readonly RequestMoments _moments = new();
    private TestApi _api = null!;

    public static async Task<SlotApi> StartAsync(int slots, int queueLimit)
    {
        var api = new SlotApi();
        api._api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", slots, queueLimit),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/hold", (HttpContext context) => api._moments.HoldAsync(context).WaitAsync(context.RequestAborted));
                web.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
            },
            before: app => app.Use(api._moments.ObserveAsync));
        return api;
    }

    public Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellationToken = default) =>
        ((TestServer)_api.Services.GetRequiredService<IServer>()).CreateClient().GetAsync(new Uri(path, UriKind.Relative), cancellationToken)
            .WaitAsync(s_guard, CancellationToken.None);

    /// <summary>Waits until a request has come as far as it comes at once: into the queue, or to the gate.</summary>
    public Task PendingAsync(string pathAndQuery) => _moments.PendingAsync(pathAndQuery);

    /// <summary>Waits until the middleware is done with a request.</summary>
    public Task DoneAsync(string pathAndQuery) => _moments.DoneAsync(pathAndQuery);

    public void OpenGate() => _moments.Open("/hold");

    public ValueTask DisposeAsync() => _api.DisposeAsync();
}
