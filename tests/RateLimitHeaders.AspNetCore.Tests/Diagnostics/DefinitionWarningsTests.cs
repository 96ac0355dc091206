using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Tests;

public class DefinitionWarningsTests
{
    [Fact]
    public async Task LongerWindow_WithALowerLimit_IsSaid()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 100, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 50, TimeSpan.FromHours(1))));
        await api.SendAsync();

        Assert.All(Complaints.Of(api), complaint => Assert.Equal(
            (LogLevel.Warning, 39,
                "quota hour has a longer window and a lower limit than quota minute, which therefore never limits. Correct the limits, or remove minute."),
            (complaint.Level, complaint.Id, complaint.Message[(complaint.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..])));
        Assert.NotEmpty(Complaints.Of(api));
    }

    [Fact]
    public async Task LongerWindow_WithAHigherLimit_IsNotSaid()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow("minute", 50, TimeSpan.FromMinutes(1))
            .FixedWindow("hour", 100, TimeSpan.FromHours(1))));
        await api.SendAsync();

        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Endpoint_ShortCircuitedWithAPolicy_IsSaid()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("own", policy => policy.FixedWindow(5, TimeSpan.FromMinutes(1))),
            web => web.MapGet("/", () => "hello").RequireRateLimiting("own").ShortCircuit().WithDisplayName("short"));

        Assert.Equal(
            [(LogLevel.Warning, 60,
                "Endpoint short requires a rate limiting policy and is short-circuited by routing: no middleware runs for it, so that it "
                + "is not limited. Remove ShortCircuit() or the policy.")],
            Complaints.Of(api));
    }
}
