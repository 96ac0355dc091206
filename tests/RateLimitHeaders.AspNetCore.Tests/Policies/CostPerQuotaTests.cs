namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>"10 uploads a minute and 5 GB a day": a request costs each quota another number.</summary>
public class CostPerQuotaTests
{
    private const long GigaByte = 1_000_000_000;

    [Fact]
    public async Task Upload_OfManyBytes_IsOneUploadAndItsBytes()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            """
            RateLimit: "uploads";r=9;t=60, "bytes";r=4999700000;t=86400
            RateLimit-Policy: "uploads";q=10;w=60, "bytes";q=5000000000;qu="content-bytes";w=86400
            """,
            (await UploadAsync(api, 300_000)).LimitHeaders);
    }

    [Fact]
    public async Task Upload_OfMoreThanTwoGibibytes_IsCounted()
    {
        await using var api = await StartAsync();

        Assert.Equal((200, 9, 2_000_000_000), Told(await UploadAsync(api, 3 * GigaByte)));
        Assert.Equal((429, 9, 2_000_000_000), Told(await UploadAsync(api, 3 * GigaByte)));
        Assert.Equal((200, 8, 0), Told(await UploadAsync(api, 2 * GigaByte)));
    }

    [Fact]
    public async Task Upload_RejectedByOneQuota_NamesThatAndChargesNone()
    {
        await using var api = await StartAsync();
        await UploadAsync(api, 5 * GigaByte);

        var rejected = await UploadAsync(api, 1);

        Assert.Equal((429, 9, 0), Told(rejected));
        Assert.Equal("86400", rejected["Retry-After"]);
        Assert.EndsWith("\"violated-policies\":[\"bytes\"]}", rejected.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_OfNoBytes_IsAdmittedThoughNoneAreLeft()
    {
        await using var api = await StartAsync();
        await UploadAsync(api, 5 * GigaByte);

        Assert.Equal((200, 8, 0), Told(await UploadAsync(api, 0)));
    }

    [Fact]
    public async Task AnyLeft_IsAdmittedWhileThereIsOneAndSettledAfterwards()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => policy
                    .Cost("bytes", PermitCost.AnyLeft)
                    .FixedWindow("requests", 10, TimeSpan.FromMinutes(1))
                    .FixedWindow("bytes", 1_000, TimeSpan.FromMinutes(1), unit: QuotaUnits.ContentBytes))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", (HttpContext context) => context.GetRateLimitFeature()!.ChargeAsync("bytes", 700)));

        Assert.Equal((200, 9, 300), Told(await api.SendAsync()));
        Assert.Equal((200, 8, 0), Told(await api.SendAsync()));

        var rejected = await api.SendAsync();
        Assert.Equal((429, 8, 0), Told(rejected));
        Assert.Equal("60", rejected["Retry-After"]);
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((200, 9, 300), Told(await api.SendAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnyLeft_OfAConcurrencyQuota_HoldsOnePermit(bool isFunction)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var entered = new SemaphoreSlim(0);
        await using var api = await TestApi.StartAsync(
            limits => limits
                .DefaultPolicy(policy => (isFunction ? policy.Cost(static _ => PermitCost.AnyLeft) : policy.Cost(PermitCost.AnyLeft))
                    .FixedWindow("tokens", 100, TimeSpan.FromMinutes(1)).Concurrency("open", 2))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", async () =>
            {
                entered.Release();
                await gate.Task;
            }));
        Task<TestResponse>[] held = [api.SendAsync(), api.SendAsync()];
        await entered.WaitAsync();
        await entered.WaitAsync();

        var rejected = api.SendAsync();
        await Task.WhenAny(rejected, entered.WaitAsync());
        gate.SetResult();
        Assert.Equal((429, "\"tokens\";r=100, \"open\";r=0"), ((int)(await rejected).Status, (await rejected)["RateLimit"]));
        Assert.Equal([200, 200], (await Task.WhenAll(held)).Select(response => (int)response.Status));
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .DefaultPolicy(policy => policy
                .Cost(QuotaUnits.ContentBytes, caller => long.Parse(caller.HttpContext.Request.Query["bytes"]!, null))
                .FixedWindow("uploads", 10, TimeSpan.FromMinutes(1))
                .FixedWindow("bytes", 5 * GigaByte, TimeSpan.FromDays(1), unit: QuotaUnits.ContentBytes))
            .Headers(headers => headers.Ietf()));

    private static Task<TestResponse> UploadAsync(TestApi api, long bytes) => api.SendAsync($"/?bytes={bytes}");

    private static (int Status, long First, long Second) Told(TestResponse response)
    {
        var items = response["RateLimit"]!.Split(", ").Select(item => long.Parse(item.Split(";r=")[1].Split(';')[0], null)).ToArray();
        return ((int)response.Status, items[0], items[1]);
    }
}
