using System.Collections.Concurrent;
using System.Security.Claims;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>Stands before all else in a pipeline, knows callers by the field <c>Test-Caller</c>, and notes their requests.</summary>
public sealed class RequestLog : IStartupFilter
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ServedRequest>> _requests = new(StringComparer.Ordinal);

    /// <summary>Gets a caller's requests, in the order in which they were answered.</summary>
    public IReadOnlyList<ServedRequest> Of(string caller) => _requests.TryGetValue(caller, out var requests) ? [.. requests] : [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(NoteAsync);
        next(app);
    };

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        var at = TimeProvider.System.GetElapsedTime(startingTimestamp: 0);
        var wallClock = TimeProvider.System.GetUtcNow();
        var caller = context.Request.Headers["Test-Caller"].ToString();
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", caller)], "Test"));

        // What has been noted must not be missing once a client has seen the response.
        context.Response.OnStarting(() =>
        {
            var fields = context.Response.Headers.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            _requests.GetOrAdd(caller, _ => []).Enqueue(new ServedRequest(at, wallClock, TimeProvider.System.GetUtcNow(), context.Response.StatusCode, fields));
            return Task.CompletedTask;
        });
        await next(context);
    }
}
