using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ShownQuotaTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Quota_ByDefault_IsTheClosestToExhaustion() =>
        Assert.Equal("2", await FirstLimitAsync(policy => TwoQuotas(policy)));

    [Fact]
    public async Task Pin_OfAQuota_ShowsIt() =>
        Assert.Equal("100", await FirstLimitAsync(policy => TwoQuotas(policy).Pin("long")));

    [Fact]
    public async Task Hide_OfAQuota_ShowsTheOther() =>
        Assert.Equal("100", await FirstLimitAsync(policy => TwoQuotas(policy).Hide("short")));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejection_ByAQuotaThatIsNotShown_ShowsTheOther(bool isPinned)
    {
        await using var api = await StartAsync(policy => _ = isPinned ? TwoQuotas(policy).Pin("long") : TwoQuotas(policy).Hide("short"));
        await api.SendAsync();
        await api.SendAsync();

        var rejected = await api.SendAsync();

        Assert.Equal(("60", "100", "98"), (rejected["Retry-After"], rejected["X-RateLimit-Limit"], rejected["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task Concurrency_BesideAWindow_IsNotShown() =>
        Assert.Equal("100", await FirstLimitAsync(policy => policy.Concurrency("open", 1, 0).FixedWindow("long", 100, Hour)));

    [Fact]
    public async Task Concurrency_Alone_IsShown() =>
        Assert.Equal("1", await FirstLimitAsync(policy => policy.Concurrency("open", 1, 0)));

    [Fact]
    public async Task Concurrency_ThatRejects_IsShownWith429()
    {
        var gate = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        await using var api = await TestApi.StartAsync(
            limits => limits.DefaultPolicy(policy => policy.Concurrency("open", 1, 0).FixedWindow("long", 100, Hour)),
            web => web.MapGet("/", () =>
            {
                isHeld.SetResult();
                return gate.Task;
            }));
        var holder = api.SendAsync();
        await isHeld.Task;

        var rejected = await api.SendAsync();
        gate.SetResult();
        await holder;

        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (rejected.Status, rejected["X-RateLimit-Limit"]));
    }

    [Fact]
    public async Task Pin_OfAnUnknownQuota_NamesIt()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(policy => policy.Pin("short")));

        Assert.Contains("there is no quota \"short\" yet; add it before.", error.Message, StringComparison.Ordinal);
    }

    private static PolicyBuilder TwoQuotas(PolicyBuilder policy) =>
        policy.FixedWindow("short", 2, s_minute).FixedWindow("long", 100, Hour);

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> policy) => TestApi.StartAsync(limits => limits.DefaultPolicy(policy));

    private static async Task<string?> FirstLimitAsync(Action<PolicyBuilder> policy)
    {
        await using var api = await StartAsync(policy);
        return (await api.SendAsync())["X-RateLimit-Limit"];
    }
}
