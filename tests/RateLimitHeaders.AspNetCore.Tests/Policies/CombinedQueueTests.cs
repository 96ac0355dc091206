namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that decide together, whose requests wait in queues.</summary>
public class CombinedQueueTests
{
    // No test waits so long unless it has failed.
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(20);

    private readonly RequestMoments _moments = new();

    [Fact]
    public async Task Endpoints_ThatNamePoliciesInOtherOrders_WaitInOneOrder()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("a", policy => policy.Concurrency("of a", 1, queueLimit: 5))
                .AddPolicy("b", policy => policy.Concurrency("of b", 1, queueLimit: 5))
                .CombinePolicies(),
            web =>
            {
                web.MapGet("/a", _moments.HoldAsync).RequireRateLimiting("a");
                web.MapGet("/b", _moments.HoldAsync).RequireRateLimiting("b");
                web.MapGet("/ab", () => "ab").RequireRateLimiting("b").RequireRateLimiting("a");
                web.MapGet("/ba", () => "ba").RequireRateLimiting("a").RequireRateLimiting("b");
            },
            before: app => app.Use(_moments.ObserveAsync));
        List<Task<TestResponse>> requests = [];
        foreach (var path in new[] { "/a", "/b", "/ab", "/ba" })
        {
            requests.Add(api.SendAsync(path));
            await _moments.PendingAsync(path);
        }

        _moments.Open("/b");
        await requests[1].WaitAsync(s_guard);
        _moments.Open("/a");
        var responses = await Task.WhenAll(requests).WaitAsync(s_guard);
        Assert.Equal([200, 200, 200, 200], responses.Select(response => (int)response.Status));
    }

    [Fact]
    public async Task Rejection_ByOnePolicy_GivesNothingBackOfACostThatTookNothing()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("bytes", policy => policy.FixedWindow("bytes", 10, TimeSpan.FromHours(1)).Cost("bytes", PermitCost.AnyLeft))
                .AddPolicy("queue", policy => policy.FixedWindow("calls", 1, TimeSpan.FromHours(1)).Concurrency("open", 5, queueLimit: 1))
                .CombinePolicies(),
            web =>
            {
                web.MapGet("/bytes", () => "bytes").RequireRateLimiting("bytes");
                web.MapGet("/both", () => "both").RequireRateLimiting("bytes").RequireRateLimiting("queue");
            });
        Assert.Equal(200, (int)(await api.SendAsync("/both")).Status);
        Assert.Equal(429, (int)(await api.SendAsync("/both")).Status);
        Assert.Equal("10", (await api.SendAsync("/bytes"))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task RequestsFromBeforeAndAfterAReloadThatAddsAQueue_DoNotWaitForEachOther()
    {
        static void Limit(RateLimitsBuilder limits, int queueOfA) => limits
            .AddPolicy("a", policy => policy.Concurrency("of a", 1, queueOfA))
            .AddPolicy("b", policy => policy.Concurrency("of b", 1, queueLimit: 5))
            .CombinePolicies();
        await using var api = await TestApi.StartAsync(
            limits => Limit(limits, 0),
            web =>
            {
                web.MapGet("/b", _moments.HoldAsync).RequireRateLimiting("b");
                web.MapGet("/ab", () => "ab").RequireRateLimiting("a").RequireRateLimiting("b");
            },
            before: app => app.Use(_moments.ObserveAsync));
        List<Task<TestResponse>> requests = [];
        async Task SendAsync(string path)
        {
            requests.Add(api.SendAsync(path));
            await _moments.PendingAsync(path);
        }

        // The second one waits for b, and would wait for a afterwards. The third one has a, and waits for b.
        await SendAsync("/b");
        await SendAsync("/ab?before");
        api.Swap(limits => Limit(limits, 5));
        await SendAsync("/ab?after");
        _moments.Open("/b");

        var responses = await Task.WhenAll(requests).WaitAsync(s_guard);
        Assert.Equal([200, 429, 200], responses.Select(response => (int)response.Status));
        Assert.Equal(200, (int)(await api.SendAsync("/ab").WaitAsync(s_guard)).Status);
    }

    [Fact]
    public async Task Request_ThatOnePolicyRejects_DoesNotWaitInTheQueueOfAnother()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("few", policy => policy.Concurrency("few", 1, queueLimit: 1))
                .AddPolicy("many", policy => policy.Concurrency("many", 2, queueLimit: 2))
                .CombinePolicies()
                .Headers(headers => headers.Ietf()),
            web =>
            {
                web.MapGet("/hold", _moments.HoldAsync).RequireRateLimiting("many").RequireRateLimiting("few");
                web.MapGet("/many", _moments.HoldAsync).RequireRateLimiting("many");
                web.MapGet("/both", () => "both").RequireRateLimiting("many").RequireRateLimiting("few");
            },
            before: app => app.Use(_moments.ObserveAsync));
        List<Task<TestResponse>> requests = [];
        foreach (var path in new[] { "/hold", "/many", "/both?waits" })
        {
            requests.Add(api.SendAsync(path));
            await _moments.PendingAsync(path);
        }

        // The slot and the queue of the one policy are full, and the slots of the other one, but not its queue.
        var rejected = await api.SendAsync("/both?rejected").WaitAsync(s_guard);
        Assert.Equal((429, "1", "\"few\";r=0, \"many\";r=0"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));

        _moments.Open("/hold");
        _moments.Open("/many");
        var responses = await Task.WhenAll(requests).WaitAsync(s_guard);
        Assert.Equal([200, 200, 200], responses.Select(response => (int)response.Status));
        Assert.Equal("\"few\";r=0, \"many\";r=1", (await api.SendAsync("/both"))["RateLimit"]);
    }

    [Fact]
    public async Task Queue_OfOnePolicy_IsWaitedInBeforeTheOtherCharges()
    {
        // By their names alone, the policy that charges would come first.
        var minute = TimeSpan.FromMinutes(1);
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("api", policy => policy.FixedWindow("minute", 2, minute))
                .Global(policy => policy.Concurrency("open", 1, queueLimit: 5))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/slow", _moments.HoldAsync).RequireRateLimiting("api"),
            before: app => app.Use(_moments.ObserveAsync));
        List<Task<TestResponse>> requests = [];
        foreach (var path in new[] { "/slow?runs", "/slow?waits", "/slow?waits-in-vain" })
        {
            requests.Add(api.SendAsync(path, address: "192.0.2.1"));
            await _moments.PendingAsync(path);
        }

        Assert.Equal(1, await LeftAsync());
        _moments.Open("/slow");
        var responses = await Task.WhenAll(requests).WaitAsync(s_guard);
        Assert.Equal([200, 200, 429], responses.Select(response => (int)response.Status));
        Assert.Equal(0, await LeftAsync());

        // What was rejected holds nothing.
        api.Time.Advance(minute);
        Assert.Equal("\"minute\";r=1;t=60, \"open\";r=0", (await api.SendAsync("/slow?later", address: "192.0.2.1"))["RateLimit"]);

        async Task<long> LeftAsync()
        {
            var standings = await api.Services.GetRequiredService<IRateLimitOperator>().LookAsync(new("anonymous", "192.0.2.1") { PolicyName = "api" });
            return standings.Single().Statuses.Single().Remaining;
        }
    }
}
