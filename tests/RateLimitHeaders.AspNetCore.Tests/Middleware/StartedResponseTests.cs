using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Something before the middleware has written a part of the response already.</summary>
public class StartedResponseTests
{
    [Fact]
    public async Task Request_WhoseResponseHasStarted_GivesItsSlotBack()
    {
        await using var api = await StartAsync(limits => limits.Concurrency("slots", 1));

        for (var request = 0; request < 3; request++)
        {
            var response = await api.SendAsync();
            Assert.Equal((HttpStatusCode.OK, "prologue hello", ""), (response.Status, response.Body, response.LimitHeaders));
        }

        Assert.Equal(3, api.Log.Entries.Count(entry => entry.Id == EventIds.HeadersTooLate));
    }

    [Fact]
    public async Task Request_WhoseResponseHasStarted_IsLimitedAllTheSame()
    {
        await using var api = await StartAsync(limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)));

        await api.SendAsync();

        // Cut off: half an answer shall not look like a whole one.
        await Assert.ThrowsAnyAsync<Exception>(() => api.SendAsync());
        Assert.Single(api.Log.Entries, entry => entry.Id == EventIds.Rejected);
    }

    private static Task<TestApi> StartAsync(Action<RateLimitsBuilder> limits) => TestApi.StartAsync(
        limits,
        app => app.MapGet("/", context => context.Response.WriteAsync("hello")),
        before: app => app.Use(async (context, next) =>
        {
            await context.Response.WriteAsync("prologue ");
            await context.Response.Body.FlushAsync();
            await next(context);
        }));
}
