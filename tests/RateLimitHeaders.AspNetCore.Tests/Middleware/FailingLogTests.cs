using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A log of the application throws between the decision and the endpoint.</summary>
public class FailingLogTests
{
    [Fact]
    public async Task Permit_OfARequestThatFailed_IsGivenBack()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("slots", policy => policy.ForOthers(plan => plan.Concurrency("slots", 1).WithoutHeaders())).DefaultPolicy("slots"),
            before: app => app.UseExceptionHandler(errors => errors.Run(static _ => Task.CompletedTask)));
        api.Log.OnMessage = static message =>
        {
            if (message.StartsWith("The response carries no rate limit headers", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("The disk is full.");
            }
        };
        var failed = await api.SendAsync();
        api.Log.OnMessage = null;
        Assert.Equal(
            (HttpStatusCode.InternalServerError, HttpStatusCode.OK, HttpStatusCode.OK),
            (failed.Status, (await api.SendAsync()).Status, (await api.SendAsync()).Status));
    }
}
