namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A claim that names the plan of a user.</summary>
public class PlannedUserRuleTests
{
    [Theory]
    [InlineData("sub=s&plan=pro", "7 of 8")]
    [InlineData("sub=s&plan=free", "1 of 2")]
    [InlineData("sub=s&plan=", "1 of 2")]
    [InlineData("sub=s&plan=Pro", "1 of 2")]
    [InlineData("sub=s", "1 of 2")]
    [InlineData("plan=pro", "0 of 1")]
    [InlineData(null, "0 of 1")]
    public async Task FromUser_WithAPlanClaim_AppliesThePlanOfThatName(string? claims, string standing)
    {
        await using var api = await StartAsync();

        Assert.Equal(standing, await StandingAsync(api, claims));
        Assert.Equal(claims is "sub=s&plan=free" or "sub=s&plan=Pro", Complaints.Of(api).Length > 0);
    }

    [Fact]
    public async Task FromUser_WithAPlanClaimThatChanges_CountsOn()
    {
        await using var api = await StartAsync();

        Assert.Equal("1 of 2", await StandingAsync(api, "sub=s"));
        Assert.Equal("6 of 8", await StandingAsync(api, "sub=s&plan=pro"));
        Assert.Equal("0 of 2", await StandingAsync(api, "sub=s"));
    }

    [Fact]
    public async Task FromUser_WithAPlanClaim_HasTheIdOfFromUser()
    {
        await using var api = await CallerApi.StartAsync(who => who.FromUser("member", planClaim: "plan"));

        Assert.Equal("member Test:sub:s", await api.AskAsync(["sub=s", "plan=pro"]));
    }

    [Fact]
    public async Task FromUser_WithAPlanThatNoPolicyHas_IsLoggedOnce()
    {
        await using var api = await StartAsync();

        await api.SendAsync(claims: ["sub=a", "plan=Pro"]);
        await api.SendAsync(claims: ["sub=b", "plan=other"]);

        Assert.Equal(25, Assert.Single(api.Log.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Warning).Id);
    }

    [Fact]
    public void FromUser_WithAnEmptyPlanClaim_Throws() => Assert.Throws<ArgumentException>(
        "planClaim", () => Definitions.Of(limits => limits.Principals(who => who.FromUser(planClaim: ""))));

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(limits => limits
        .Principals(who => who.FromUser(planClaim: "plan"))
        .DefaultPolicy(policy => policy
            .For("user", plan => plan.FixedWindow("hourly", 2, TimeSpan.FromHours(1)))
            .For("user", "pro", plan => plan.FixedWindow("hourly", 8, TimeSpan.FromHours(1)))
            .ForAnonymous(plan => plan.FixedWindow("hourly", 1, TimeSpan.FromHours(1)))));

    private static async Task<string> StandingAsync(TestApi api, string? claims)
    {
        var response = await api.SendAsync(claims: claims?.Split('&'));
        return $"{response["X-RateLimit-Remaining"]} of {response["X-RateLimit-Limit"]}";
    }
}
