using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What callers that make up what is counted can do to others at the cap (src/decisions/floods.md).</summary>
public class MadeUpIdTests
{
    private const int Others = 10;

    [Fact]
    public async Task RouteValues_MadeUpByAnAddress_UseUpWhatItsNetworkShares()
    {
        await using var api = await StartUsersAsync();
        await FloodAsync(i => api.SendAsync($"/users/{i}", address: "192.0.2.1"));

        // One more address of the network shares what is used up. Of other networks, few if any of ten meet it in one of 4,096 groups.
        Assert.Equal(429, (int)(await api.SendAsync("/users/9", address: "192.0.2.200")).Status);
        await AssertNotLockedOutAsync(i => api.SendAsync("/users/9", address: $"198.51.{i}.7"));
    }

    [Fact]
    public async Task RouteValues_MadeUpByAUser_UseUpWhatThatUserShares()
    {
        await using var api = await StartUsersAsync();
        await FloodAsync(i => api.SendAsync($"/users/{i}", claims: ["sub=mallory"]));

        await AssertNotLockedOutAsync(i => api.SendAsync("/users/9", claims: [$"sub=user{i}"]));
    }

    [Fact]
    public async Task Accounts_MadeUpByAnAddress_UseUpWhatItsNetworkShares()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.MaxPartitions(2).Principals(who => who.FromForm("account", tokenType: "account")).FixedWindow(3, Hour),
            web => web.MapPost("/", CallerApi.Answer));
        await FloodAsync(i => TryAsync(api, "/", $"made up {i}", "192.0.2.1"));

        Assert.Equal(429, (int)(await TryAsync(api, "/", "ann", "192.0.2.200")).Status);
        await AssertNotLockedOutAsync(i => TryAsync(api, "/", $"user {i}", $"198.51.{i}.7"));
    }

    [Fact]
    public async Task Accounts_OfRequestsThatAnotherPolicyRejects_TakeNoPlace()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .MaxPartitions(4)
                .AddPolicy("account", policy => policy.Principals(who => who.FromForm("account", tokenType: "account")).FixedWindow("account", 5, Hour))
                .AddPolicy("address", policy => policy.Principals(who => who.FromIpAddress()).FixedWindow("address", 2, Hour))
                .CombinePolicies()
                .Headers(headers => headers.Ietf()),
            web => web.MapPost("/", () => "no").RequireRateLimiting("account").RequireRateLimiting("address"));

        var statuses = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            statuses.Add((int)(await TryAsync(api, "/", $"made up {i}", "192.0.2.1")).Status);
        }

        Assert.Equal([200, 200, .. Enumerable.Repeat(429, 8)], statuses);

        // There is a place for each of two more accounts, and none for a third and a fourth, which share.
        Assert.Equal("\"address\";r=1;t=3600, \"account\";r=4;t=3600", (await TryAsync(api, "/", "a", "198.51.100.1"))["RateLimit"]);
        Assert.Equal("\"address\";r=0;t=3600, \"account\";r=4;t=3600", (await TryAsync(api, "/", "b", "198.51.100.1"))["RateLimit"]);
        Assert.Equal("\"address\";r=1;t=3600, \"account\";r=4;t=3600", (await TryAsync(api, "/", "c", "198.51.100.2"))["RateLimit"]);
        Assert.Equal("\"address\";r=0;t=3600, \"account\";r=3;t=3600", (await TryAsync(api, "/", "d", "198.51.100.2"))["RateLimit"]);
        var rejected = await TryAsync(api, "/", "e", "198.51.100.2");
        Assert.Equal((429, "3600"), ((int)rejected.Status, rejected["Retry-After"]));
    }

    [Fact]
    public async Task Rejection_OfACallerThatSharesAPartitionUnderOnePolicy_HasTheStatusesOfBothAndTheLongerWait()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("account", policy => policy.Principals(who => who.FromUser().FromIpAddress()).FixedWindow("account", 2, Hour))
                .AddPolicy("all", policy => policy.Principals(who => who.From(static _ => new RateLimitPrincipal("all", "all"), "all"))
                    .FixedWindow("all", 4, TimeSpan.FromSeconds(10)))
                .MaxPartitions(1)
                .CombinePolicies()
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/", () => "yes").RequireRateLimiting("all").RequireRateLimiting("account"));

        // Ann has the one place; Bob and Cid share what is used up by then, as the other policy is.
        foreach (var user in new[] { "ann", "ann", "bob", "cid" })
        {
            Assert.Equal(200, (int)(await api.SendAsync(claims: [$"sub={user}"])).Status);
        }

        var rejected = await api.SendAsync(claims: ["sub=dan"]);
        Assert.Equal((429, "3600", "\"account\";r=0;t=3600, \"all\";r=0;t=10"), ((int)rejected.Status, rejected["Retry-After"], rejected["RateLimit"]));
    }

    [Fact]
    public void Principal_OfAMadeUpId_IsOneFromEveryAddress()
    {
        var (first, second) = (new RateLimitPrincipal("account", "ann", 1), new RateLimitPrincipal("account", "ann", 2));

        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
        Assert.Equal(new RateLimitPrincipal("account", "ann"), second);
        Assert.NotEqual(new RateLimitPrincipal("account", (UInt128)2), second);
        Assert.NotEqual(new RateLimitPrincipal("account", (UInt128)2), new RateLimitPrincipal("account", (UInt128)1));
    }

    private static Task<TestApi> StartUsersAsync() => TestApi.StartAsync(
        limits => limits.MaxPartitions(2).AddPolicy("users", policy => policy.PartitionByRouteValue("id").FixedWindow(3, Hour)),
        web => web.MapGet("/users/{id}", (string id) => id).RequireRateLimiting("users"));

    /// <summary>Takes both places, and uses up what is shared by those that find none.</summary>
    private static async Task FloodAsync(Func<string, Task<TestResponse>> send)
    {
        var statuses = new List<int>();
        for (var i = 1; i <= 6; i++)
        {
            statuses.Add((int)(await send(i.ToString(CultureInfo.InvariantCulture))).Status);
        }

        Assert.Equal([200, 200, 200, 200, 200, 429], statuses);
    }

    private static async Task AssertNotLockedOutAsync(Func<int, Task<TestResponse>> send)
    {
        var remaining = new List<string?>();
        for (var i = 0; i < Others; i++)
        {
            remaining.Add((await send(i))["X-RateLimit-Remaining"]);
        }

        Assert.True(remaining.Count(left => left == "2") > Others / 2, string.Join(' ', remaining));
    }

    private static Task<TestResponse> TryAsync(TestApi api, string path, string account, string address) =>
        api.PostAsync(path, FormApi.Form(("account", account)), address);
}
