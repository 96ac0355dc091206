namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Policies with callers, counts and windows of their own, which two servers share.</summary>
public class PolicyTests
{
    [Fact]
    public async Task Login_IsLimitedByAddressAndByAccount()
    {
        await using var servers = await StartAsync(
            limits => limits
                .AddPolicy("login-address", policy => policy.Principals(who => who.FromIpAddress()).FixedWindow("address", 3, Minute))
                .AddPolicy("login-account", policy => policy
                    .Principals(who => who.From(AccountOf, "account").FromIpAddress())
                    .FixedWindow("account", 2, Minute))
                .CombinePolicies(),
            web => web.MapPost("/login", () => "no").RequireRateLimiting("login-address").RequireRateLimiting("login-account"));

        Task<TestResponse> LoginAsync(TestApi api, string account, string address) =>
            api.SendAsync($"/login?account={account}", address: address, method: HttpMethod.Post);

        Assert.Equal("\"account\";r=1;t=60, \"address\";r=2;t=60", (await LoginAsync(servers.First, "ann", "192.0.2.1"))["RateLimit"]);
        Assert.Equal("\"account\";r=0;t=60, \"address\";r=2;t=60", (await LoginAsync(servers.Second, "ann", "192.0.2.2"))["RateLimit"]);
        var rejected = await LoginAsync(servers.First, "ann", "192.0.2.3");
        Assert.Equal((429, "60", "\"account\";r=0;t=60, \"address\";r=3"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
        Assert.Equal("\"account\";r=1;t=60, \"address\";r=1;t=60", (await LoginAsync(servers.Second, "bob", "192.0.2.1"))["RateLimit"]);
    }

    [Fact]
    public async Task Values_ThatAPolicyPartitionsBy_AreCountedApart()
    {
        await using var servers = await StartAsync(
            limits => limits.AddPolicy("users", policy => policy.PartitionByMethod().PartitionByRouteValue("id").FixedWindow("minute", 3, Minute)),
            web => web.MapMethods("/users/{id}", ["GET", "POST"], () => "hello").RequireRateLimiting("users"));

        Assert.Equal("\"minute\";r=2;t=60", (await servers.First.SendAsync("/users/a b"))["RateLimit"]);
        Assert.Equal("\"minute\";r=1;t=60", (await servers.Second.SendAsync("/users/A%20b"))["RateLimit"]);
        Assert.Equal("\"minute\";r=2;t=60", (await servers.Second.SendAsync("/users/c"))["RateLimit"]);
        Assert.Equal("\"minute\";r=2;t=60", (await servers.First.SendAsync("/users/a b", method: HttpMethod.Post))["RateLimit"]);
        Assert.Equal("\"minute\";r=1;t=60", (await servers.First.SendAsync("/users/c"))["RateLimit"]);
    }

    [Fact]
    public async Task CostsAndBytesOfRequests_AreThoseOfEachQuota()
    {
        await using var servers = await StartAsync(
            limits => limits.AddPolicy("uploads", policy => policy
                .FixedWindow("calls", 10, Minute)
                .FixedWindow("uploaded", 1_000, Minute, unit: QuotaUnits.ContentBytes)
                .CountRequestBytes("uploaded")),
            web => web.MapPost("/upload", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                await reader.ReadToEndAsync();
            }).RequireRateLimiting("uploads").WithRateLimitCost("calls", 3));

        Assert.Equal("\"calls\";r=7;t=60, \"uploaded\";r=900;t=60", (await UploadAsync(servers.First, 100))["RateLimit"]);
        Assert.Equal("\"calls\";r=4;t=60, \"uploaded\";r=400;t=60", (await UploadAsync(servers.Second, 500))["RateLimit"]);

        static Task<TestResponse> UploadAsync(TestApi api, int bytes) => api.PostAsync("/upload", new StringContent(new string('a', bytes)));
    }

    [Fact]
    public async Task Month_InBerlin_EndsForBothServersAtItsMidnight()
    {
        await using var servers = await StartAsync(
            limits => limits.AddPolicy("monthly", policy => policy.CalendarWindow("month", 2, CalendarPeriod.Month, "Europe/Berlin")),
            web => web.MapGet("/month", () => "hello").RequireRateLimiting("monthly"));

        // 31 May, 22:00 UTC.
        var first = await servers.First.SendAsync("/month");
        Assert.Equal(("\"month\";r=1;t=719567", "\"month\";q=2;w=2678400"), (first["RateLimit"], first["RateLimit-Policy"]));
        Assert.Equal("\"month\";r=0;t=719567", (await servers.Second.SendAsync("/month"))["RateLimit"]);
        Assert.Equal("719567", (await servers.First.SendAsync("/month"))["Retry-After"]);

        servers.First.Time.Advance(TimeSpan.FromSeconds(719_567));
        var next = await servers.Second.SendAsync("/month");
        Assert.Equal(("\"month\";r=1;t=2592000", "\"month\";q=2;w=2592000"), (next["RateLimit"], next["RateLimit-Policy"]));
    }

    private static RateLimitPrincipal? AccountOf(HttpContext context) =>
        context.Request.Query["account"].ToString() is { Length: > 0 } account ? new RateLimitPrincipal("account", account) : null;

    // The first requests, until Redis counts, are of the default policy.
    private static Task<TwoServers> StartAsync(Action<RateLimitsBuilder> limits, Action<WebApplication> map) => TwoServers.StartAsync(
        (redis, clock) => RedisTesting.StartAsync(
            redis,
            all =>
            {
                all.FixedWindow("default", 1_000, Minute).Headers(headers => headers.Ietf());
                limits(all);
            },
            clock,
            map: map));
}
