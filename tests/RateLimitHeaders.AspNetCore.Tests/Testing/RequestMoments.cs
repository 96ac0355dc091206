using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What becomes of requests, each named by its path and query, and what holds some of them at their endpoints.</summary>
internal sealed class RequestMoments
{
    // No test waits so long unless it has failed.
    private static readonly TimeSpan s_guard = Minute;

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _moments = new();

    /// <summary>Observes requests, as a middleware before the one that limits them.</summary>
    public async Task ObserveAsync(HttpContext context, RequestDelegate next)
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

    /// <summary>Waits until a request has come as far as it comes at once: into a queue, or to its endpoint.</summary>
    public Task PendingAsync(string pathAndQuery) => Moment($"pending {pathAndQuery}").Task.WaitAsync(s_guard);

    /// <summary>Waits until the middleware is done with a request.</summary>
    public Task DoneAsync(string pathAndQuery) => Moment($"done {pathAndQuery}").Task.WaitAsync(s_guard);

    /// <summary>Holds a request, as its endpoint, until its path is opened.</summary>
    public Task HoldAsync(HttpContext context) => Moment($"open {context.Request.Path}").Task;

    public void Open(string path) => Moment($"open {path}").SetResult();

    private TaskCompletionSource Moment(string name) =>
        _moments.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
