using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

public class DynamicLimitTests
{
    [Theory]
    [InlineData(1, "1000")]
    [InlineData(100, "1000")]
    [InlineData(101, "1010")]
    [InlineData(350, "3500")]
    [InlineData(1000, "10000")]
    [InlineData(1001, "10000")]
    [InlineData(50000, "10000")]
    public async Task Limit_ByTheCallersSeats_IsTheCallersOwn(int seats, string limit)
    {
        await using var api = await TestApi.StartAsync(limits => limits.SlidingWindow("hourly", LimitBySeats, Hour));

        Assert.Equal(limit, (await api.SendAsync(claims: ["sub=s", $"seats={seats}"]))["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Limit_Function_IsCalledWithTheCallerAndThePolicy()
    {
        RateLimitCaller asked = default;
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("hourly", caller => Remember(caller), Hour));

        await api.SendAsync("/?q=1", claims: ["sub=s"]);
        Assert.Equal(("user Test:sub:s", "default"), (asked.Principal.ToString(), asked.PolicyName));

        double Remember(RateLimitCaller caller)
        {
            asked = caller;
            return caller.HttpContext.Request.QueryString.Value == "?q=1" ? 1 : throw new InvalidOperationException("Not this request.");
        }
    }

    [Fact]
    public async Task Limit_ChangesBetweenRequests_WhatIsUsedStaysUsed()
    {
        var limit = 3.0;
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("hourly", _ => limit, Hour));

        await ExpectAsync(200, "3", "2");
        await ExpectAsync(200, "3", "1");
        limit = 10;
        await ExpectAsync(200, "10", "7");
        limit = 2;
        await ExpectAsync(429, "2", "0");
        limit = 4;
        await ExpectAsync(200, "4", "0");
        await ExpectAsync(429, "4", "0");

        async Task ExpectAsync(int status, string shown, string remaining)
        {
            var response = await api.SendAsync();
            Assert.Equal(
                (status, shown, remaining), ((int)response.Status, response["X-RateLimit-Limit"], response["X-RateLimit-Remaining"]));
        }
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("sliding")]
    [InlineData("bucket")]
    public async Task Limit_Zero_RejectsWithoutRetryAfterUntilItRises(string algorithm)
    {
        var limit = 0.0;
        await using var api = await TestApi.StartAsync(limits => _ = algorithm switch
        {
            "fixed" => limits.FixedWindow("hourly", _ => limit, Hour),
            "sliding" => limits.SlidingWindow("hourly", _ => limit, Hour),
            _ => limits.TokenBucket("hourly", _ => limit, Hour),
        });

        var rejected = await api.SendAsync();
        Assert.EndsWith(
            """
            "status":429,"detail":"The limit of quota \u0022hourly\u0022 is 0 for this caller, so that waiting does not help.","violated-policies":["hourly"]}
            """,
            rejected.Body,
            StringComparison.Ordinal);
        Assert.Null(rejected["X-RateLimit-Reset"]);
        Assert.Equal(
            (429, null, "0", "0"),
            ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Limit"], rejected["X-RateLimit-Remaining"]));

        limit = 2;
        api.Time.Advance(Hour);
        var granted = await api.SendAsync();
        Assert.Equal((200, "1"), ((int)granted.Status, granted["X-RateLimit-Remaining"]));
        Assert.Empty(Complaints.Of(api));
    }

    [Fact]
    public async Task Limit_BesideAConstantOne_LeavesThatAlone()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .FixedWindow("constant", 7, Hour)
            .FixedWindow("asked", _ => 5, Hour)
            .Headers(headers => headers.Ietf()));

        Assert.Equal("\"constant\";q=7;w=3600, \"asked\";q=5;w=3600", (await api.SendAsync())["RateLimit-Policy"]);
    }

    [Fact]
    public async Task Limit_Infinite_IsTheMostThatCanBePrinted()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow("hourly", _ => double.PositiveInfinity, Hour));

        Assert.Equal("999999999999999", (await api.SendAsync())["X-RateLimit-Limit"]);
    }

    private static double LimitBySeats(RateLimitCaller caller)
    {
        var seats = int.Parse(caller.HttpContext.User.FindFirst("seats")!.Value, CultureInfo.InvariantCulture);
        return Math.Min(1_000 + (10 * Math.Max(0, seats - 100)), 10_000);
    }
}
