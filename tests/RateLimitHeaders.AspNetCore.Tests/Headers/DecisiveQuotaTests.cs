namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which of several quotas the X-RateLimit family shows, which has room for one.</summary>
public class DecisiveQuotaTests
{
    [Fact]
    public async Task Granted_SmallestShareLeft_IsShown()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("hour", 20, Hour).FixedWindow("minute", 10, Minute));

        Assert.Equal("10 9 1779545293", Facts(await api.SendAsync("/?cost=1")));
        Assert.Equal("10 1 1779545293", Facts(await api.SendAsync("/?cost=8")));

        // 9 of 10 are left of the minute then, and 10 of 20 of the hour.
        api.Time.Advance(Minute);
        Assert.Equal("20 10 1779548833", Facts(await api.SendAsync("/?cost=1")));
    }

    [Fact]
    public async Task Granted_SameShare_TheLeastRemainingIsShown()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("large", 30, Hour).FixedWindow("small", 10, Minute).FixedWindow("medium", 20, Hour));

        Assert.Equal("10 10 1779545233", Facts(await api.SendAsync("/?cost=0")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Granted_SameShareAndRemaining_TheOneThatGivesNothingForLongerIsShown(bool hourFirst)
    {
        await using var api = await StartAsync(policy => _ = hourFirst
            ? policy.FixedWindow("hour", 5, Hour).FixedWindow("minute", 5, Minute)
            : policy.FixedWindow("minute", 5, Minute).FixedWindow("hour", 5, Hour));

        Assert.Equal("5 4 1779548833", Facts(await api.SendAsync("/?cost=1")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rejected_SeveralViolated_TheOneWithTheLongestWaitIsShown(bool hourFirst)
    {
        await using var api = await StartAsync(policy => _ = hourFirst
            ? policy.FixedWindow("hour", 4, Hour).FixedWindow("minute", 3, Minute)
            : policy.FixedWindow("minute", 3, Minute).FixedWindow("hour", 4, Hour));
        await api.SendAsync("/?cost=3");

        // None of 3 is left of the minute and 1 of 4 of the hour: the larger share, and the longer wait.
        var rejected = await api.SendAsync("/?cost=2");

        Assert.Equal("4 1 1779548833", Facts(rejected));
        Assert.Equal("3600", rejected["Retry-After"]);
    }

    [Fact]
    public async Task Rejected_AnotherHasASmallerShareLeft_TheViolatedIsShown()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("minute", 5, Minute).FixedWindow("day", 9, TimeSpan.FromDays(1)));
        await api.SendAsync("/?cost=3");
        api.Time.Advance(Minute);
        Assert.Equal("9 3 1779631633", Facts(await api.SendAsync("/?cost=3")));

        // 3 more fit into the day, of which a third is left, and not into the minute, of which two fifths are.
        var rejected = await api.SendAsync("/?cost=3");

        Assert.Equal("5 2 1779545353", Facts(rejected));
        Assert.Equal("60", rejected["Retry-After"]);
    }

    [Fact]
    public async Task Rejected_OneNeverFits_ItIsShown()
    {
        await using var api = await StartAsync(policy => policy
            .FixedWindow("hour", 10, Hour).FixedWindow("minute", 5, Minute));
        await api.SendAsync("/?cost=5");

        var rejected = await api.SendAsync("/?cost=6");

        Assert.Equal("5 0 ", Facts(rejected));
        Assert.Null(rejected["Retry-After"]);
    }

    private static string Facts(TestResponse response) =>
        $"{response["X-RateLimit-Limit"]} {response["X-RateLimit-Remaining"]} {response["X-RateLimit-Reset"]}";

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> quotas) => TestApi.StartAsync(limits => limits.DefaultPolicy(policy =>
    {
        policy.Cost(caller => int.Parse(caller.HttpContext.Request.Query["cost"].ToString(), null));
        quotas(policy);
    }));
}
