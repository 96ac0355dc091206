namespace RateLimitHeaders.AspNetCore.Tests;

public class CostTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Cost_Zero_AdmitsAnExhaustedCallerAndShowsRemainingZero()
    {
        await using var api = await TestApi.StartAsync(limits => limits.DefaultPolicy(policy => policy
            .FixedWindow(1, TimeSpan.FromMinutes(1))
            .Cost(caller => caller.HttpContext.Request.QueryString.HasValue ? 0 : 1)));

        await api.SendAsync();
        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, (await api.SendAsync()).Status);

        var read = await api.SendAsync("/?read");
        Assert.Equal(System.Net.HttpStatusCode.OK, read.Status);
        Assert.Equal("0", read["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task Cost_Constant_IsTaken()
    {
        await using var api = await StartAsync(policy => policy.Cost(4));

        Assert.Equal("6", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("2", (await api.SendAsync())["X-RateLimit-Remaining"]);
        var rejected = await api.SendAsync();
        Assert.Equal((429, "2"), ((int)rejected.Status, rejected["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task Cost_Function_IsCalledForEachRequest()
    {
        await using var api = await StartAsync(policy => policy.Cost(caller => HttpMethods.IsPost(caller.HttpContext.Request.Method) ? 5 : 0));

        Assert.Equal("5", (await api.SendAsync(method: HttpMethod.Post))["X-RateLimit-Remaining"]);
        Assert.Equal("5", (await api.SendAsync())["X-RateLimit-Remaining"]);
        Assert.Equal("0", (await api.SendAsync(method: HttpMethod.Post))["X-RateLimit-Remaining"]);
        Assert.Equal(429, (int)(await api.SendAsync(method: HttpMethod.Post)).Status);
    }

    [Fact]
    public async Task Cost_Zero_NeverCharges()
    {
        await using var api = await StartAsync(policy => policy.Cost(0));

        for (var i = 0; i < 30; i++)
        {
            var response = await api.SendAsync();
            Assert.Equal((200, "10"), ((int)response.Status, response["X-RateLimit-Remaining"]));
        }
    }

    [Fact]
    public async Task Cost_FunctionAboveTheLimit_IsRejectedWithoutRetryAfterAndUncharged()
    {
        var cost = 11;
        await using var api = await StartAsync(policy => policy.Cost(_ => cost));

        var rejected = await api.SendAsync();
        Assert.Equal((429, null, "10"), ((int)rejected.Status, rejected["Retry-After"], rejected["X-RateLimit-Remaining"]));
        cost = 10;
        Assert.Equal("0", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Theory]
    [InlineData(false, 14, "A cost function failed (policy default); the request costs 1.")]
    [InlineData(true, 15, "A cost function returned -2 (policy default); the request costs 1. Return 0 to 999,999,999,999,999, or PermitCost.AnyLeft.")]
    public async Task Cost_FunctionFails_IsLoggedAndCosts1(bool answers, int id, string message)
    {
        await using var api = await StartAsync(policy => policy.Cost(_ => answers ? -2 : throw new InvalidOperationException("no")));

        var response = await api.SendAsync();
        Assert.Equal((200, "9"), ((int)response.Status, response["X-RateLimit-Remaining"]));
        Assert.Equal([(LogLevel.Error, id, message)], Complaints.Of(api));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> cost) => TestApi.StartAsync(
        limits => limits.DefaultPolicy(policy => cost(policy.FixedWindow(10, s_minute))),
        web => web.MapMethods("/", ["GET", "POST"], () => "hello"));
}
