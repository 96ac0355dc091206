namespace RateLimitHeaders.AspNetCore.Tests;

public class FailingLimitTests
{
    private static readonly Dictionary<string, (Func<RateLimitCaller, double> Limit, int Id, string Message)> s_failures = new()
    {
        ["throws"] = (
            _ => throw new InvalidOperationException("no"),
            12,
            "The limit function of quota q failed (policy default, token type user); the request is limited by its client IP address, "
                + "or by the last limits if addresses are exempt."),
        ["NaN"] = (_ => double.NaN, 13, Invalid("NaN")),
        ["negative"] = (_ => -1, 13, Invalid("-1")),
        ["negative infinity"] = (_ => double.NegativeInfinity, 13, Invalid("-Infinity")),
    };

    public static TheoryData<string> Failures => [.. s_failures.Keys];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Limit_Fails_IsLoggedAndTheRequestCountsAsItsAddress(string failure)
    {
        var (limit, id, message) = s_failures[failure];
        await using var api = await StartAsync(policy => policy
            .For("user", plan => plan.FixedWindow("q", limit, Minute))
            .ForAnonymous(plan => plan.FixedWindow(2, Minute)));

        var first = await SendAsync(api, "u1");
        Assert.Equal((200, "2", "anonymous 203.0.113.7"), ((int)first.Status, first["X-RateLimit-Limit"], first.Body));
        Assert.Equal([(LogLevel.Error, id, message)], Complaints.Of(api));

        Assert.Equal(200, (int)(await SendAsync(api, "u2")).Status);
        Assert.Equal(429, (int)(await SendAsync(api, "u3")).Status);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Limit_FailsForTheAddressToo_IsLimitedAllTheSame(string failure)
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("q", s_failures[failure].Limit, Minute));

        Assert.Equal(200, (int)(await SendAsync(api, "u1")).Status);
        Assert.Equal(429, (int)(await SendAsync(api, "u2")).Status);
        Assert.Equal(4, Complaints.Of(api).Length);
    }

    [Fact]
    public async Task Limit_FailsForANewCaller_TheLastLimitOfOthersHolds()
    {
        var isBroken = false;
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(
            "q", _ => isBroken ? throw new InvalidOperationException("broken") : 100, TimeSpan.FromMinutes(1)));

        await api.SendAsync(address: "192.0.2.1");
        isBroken = true;

        Assert.Equal("99", (await api.SendAsync(address: "192.0.2.2"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Limit_FailsForTheAddressToo_TheLastKnownLimitHolds()
    {
        var fails = false;
        await using var api = await StartAsync(policy => policy.FixedWindow(
            "q", _ => fails ? throw new InvalidOperationException("no") : 3, Minute));

        Assert.Equal("2", (await api.SendAsync(address: CallerApi.Address))["X-RateLimit-Remaining"]);
        fails = true;
        Assert.Equal("1", (await api.SendAsync(address: CallerApi.Address))["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await SendAsync(api, "u1"))["X-RateLimit-Remaining"]);
        Assert.Equal(429, (int)(await SendAsync(api, "u2")).Status);
    }

    [Fact]
    public async Task Limit_FailsAndAddressesAreExempt_IsLimitedByItsOwnPlan()
    {
        await using var api = await StartAsync(policy => policy
            .For("user", plan => plan.FixedWindow("q", _ => double.NaN, Minute))
            .Exempt("anonymous"));

        // The last resort must not become a way around the limits.
        Assert.Equal("user Test:sub:u1", (await SendAsync(api, "u1")).Body);
        Assert.Equal(429, (int)(await SendAsync(api, "u1")).Status);
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy) =>
        TestApi.StartAsync(limits => limits.DefaultPolicy(policy), web => web.MapGet("/", CallerApi.Answer));

    private static Task<TestResponse> SendAsync(TestApi api, string user) => api.SendAsync(claims: [$"sub={user}"], address: CallerApi.Address);

    private static string Invalid(string limit) =>
        $"The limit function of quota q returned {limit} (policy default, token type user); the request is limited by its client IP "
            + "address, or by the last limits if addresses are exempt. Return 0 or more.";
}
