using System.Collections.Concurrent;
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

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _moments = new();
    private TestApi _api = null!;

    public static async Task<SlotApi> StartAsync(int slots, int queueLimit)
    {
        var api = new SlotApi();
        api._api = await TestApi.StartAsync(
            limits => limits.Concurrency("slots", slots, queueLimit),
            web =>
            {
                web.MapGet("/", () => "hello");
                web.MapGet("/hold", (HttpContext context) => api._gate.Task.WaitAsync(context.RequestAborted));
                web.MapGet("/boom", string () => throw new InvalidOperationException("boom"));
            },
            before: app => app.Use(api.ObserveAsync));
        return api;
    }

    public Task<HttpResponseMessage> SendAsync(string path, CancellationToken cancellationToken = default) =>
        ((TestServer)_api.Services.GetRequiredService<IServer>()).CreateClient().GetAsync(new Uri(path, UriKind.Relative), cancellationToken)
            .WaitAsync(s_guard, CancellationToken.None);

    /// <summary>Waits until a request has come as far as it comes at once: into the queue, or to the gate.</summary>
    public Task PendingAsync(string pathAndQuery) => Moment($"pending {pathAndQuery}").Task.WaitAsync(s_guard);

    /// <summary>Waits until the middleware is done with a request.</summary>
    public Task DoneAsync(string pathAndQuery) => Moment($"done {pathAndQuery}").Task.WaitAsync(s_guard);

    public void OpenGate() => _gate.SetResult();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    private async Task ObserveAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path + context.Request.QueryString.Value;
        try
        {
            var served = next(context);
            Moment($"pending {path}").TrySetResult();
            await served;
        }
        finally
        {
            Moment($"done {path}").TrySetResult();
        }
    }

    private TaskCompletionSource Moment(string name) =>
        _moments.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
