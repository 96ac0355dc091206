using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What the log, the metrics and the activity tell of a rejection by one of several policies that decide together.</summary>
public sealed class CombinedRejectionTests : IDisposable
{
    private const string Rejections = "rate_limit_headers.rejections";

    private static readonly byte[] s_secret = "0123456789abcdef"u8.ToArray();

    private readonly RecordedActivities _activities = new();

    public void Dispose() => _activities.Dispose();

    [Fact]
    public async Task Rejections_ByALimitOfAllCallers_NameTheGlobalPolicyAndAreLoggedOnce()
    {
        await using var api = await StartAsync(limits => WithALimitOfAll(limits).LogCallers());
        using var measured = RecordedMeasurements.Of(api);
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=default aspnetcore.rate_limiting.result=acquired rate_limit_headers.token_type=user",
            await TagsOfAsync(api, "ann"));
        await TagsOfAsync(api, "bob");

        foreach (var user in new[] { "ann", "bob", "cid", "cid" })
        {
            Assert.Equal(
                "aspnetcore.rate_limiting.policy=global aspnetcore.rate_limiting.result=global_limiter rate_limit_headers.token_type=api "
                + "rate_limit_headers.quota=all",
                await TagsOfAsync(api, user));
        }

        Assert.Equal(Enumerable.Repeat((1d, "policy=global token_type=api quota=all"), 4), measured.Of(Rejections));
        Assert.Equal(
            [$"Rejected: policy global, token type api, quota all, retry after 00:01:00, caller {HashOf("6:global3:apiwhole")}."],
            EventsOf(api, EventIds.Rejected));
    }

    [Fact]
    public async Task Rejection_ByBoth_NamesThePolicyWithTheLongestWait()
    {
        await using var api = await StartAsync(limits => limits
            .FixedWindow("same", 1, Hour)
            .Global(policy => policy.FixedWindow("same", 1, Minute)));
        using var measured = RecordedMeasurements.Of(api);
        await TagsOfAsync(api, "ann");

        // The name is that in the configuration, as in metrics, and not the one by which fields tell quotas of one name apart.
        Assert.Equal(
            "aspnetcore.rate_limiting.policy=default aspnetcore.rate_limiting.result=global_limiter rate_limit_headers.token_type=user "
            + "rate_limit_headers.quota=same",
            await TagsOfAsync(api, "ann"));
        Assert.Equal([(1, "policy=default token_type=user quota=same")], measured.Of(Rejections));
        Assert.Equal(
            ["Rejected: policy default, token type user, quota same, retry after 01:00:00, caller not logged."], EventsOf(api, EventIds.Rejected));
    }

    [Theory]
    [InlineData("address", "account")]
    [InlineData("account", "address")]
    public async Task Rejections_OfAccounts_AreLoggedOncePerAccount(string first, string second)
    {
        await using var api = await StartAsync(
            limits => limits
                .AddPolicy("address", policy => policy.Principals(who => who.FromIpAddress()).FixedWindow("address", 100, Hour))
                .AddPolicy("account", policy => policy
                    .Principals(who => who.From(static context => new("account", context.Request.Query["account"].ToString()), "account"))
                    .FixedWindow("account", 2, Hour))
                .CombinePolicies()
                .LogCallers(),
            web => web.MapGet("/login", () => "no").RequireRateLimiting(second).RequireRateLimiting(first));
        using var measured = RecordedMeasurements.Of(api);

        foreach (var (account, address) in new[] { ("a", 1), ("a", 1), ("a", 1), ("b", 1), ("b", 1), ("b", 1), ("a", 2), ("a", 3), ("b", 2) })
        {
            await api.SendAsync($"/login?account={account}", address: $"192.0.2.{address}");
        }

        Assert.Equal(
            "aspnetcore.rate_limiting.policy=account aspnetcore.rate_limiting.result=endpoint_limiter rate_limit_headers.token_type=account "
            + "rate_limit_headers.quota=account",
            (await api.SendAsync("/login?account=b", address: "192.0.2.3"))["Tags"]);
        Assert.Equal(Enumerable.Repeat((1d, "policy=account token_type=account quota=account"), 6), measured.Of(Rejections));
        Assert.Equal(
            [Event("a"), Event("b")],
            EventsOf(api, EventIds.Rejected));

        static string Event(string account) => "Rejected: policy account, token type account, quota account, retry after 01:00:00, "
            + $"caller {HashOf($"7:account7:account{account}")}.";
    }

    [Fact]
    public async Task Rejections_ByABanOfTheGlobalPolicy_NameThatPolicy()
    {
        await using var api = await StartAsync(
            limits => limits
                .AddPolicy("api", policy => policy.FixedWindow("calls", 100, Minute))
                .Global(policy => policy.FixedWindow("all", 1, Minute).Ban(after: 1, within: Minute, lasting: 10 * Minute)),
            MapApi);
        using var measured = RecordedMeasurements.Of(api);
        await TagsOfAsync(api, "ann");
        await TagsOfAsync(api, "ann");

        Assert.Equal(
            "aspnetcore.rate_limiting.policy=global aspnetcore.rate_limiting.result=global_limiter rate_limit_headers.token_type=user",
            await TagsOfAsync(api, "ann"));
        Assert.Equal([(1, "policy=global token_type=user quota=all"), (1, "policy=global token_type=user")], measured.Of(Rejections));
        Assert.Equal([(1, "policy=global token_type=user")], measured.Of("rate_limit_headers.bans"));
        Assert.Equal(
            ["Rejected: policy global, token type user, quota all, retry after 00:10:00, caller not logged."], EventsOf(api, EventIds.Rejected));
    }

    [Fact]
    public async Task Rejections_ByALimiterOfTheApplication_NameItsPolicy()
    {
        await using var api = await StartAsync(
            limits => limits
                .AddPolicy("api", policy => policy.FixedWindow("calls", 100, Minute))
                .AddPolicy("own", _ => RateLimitPartition.GetFixedWindowLimiter(
                    string.Empty, _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = Minute }))
                .Global("own"),
            MapApi);
        using var measured = RecordedMeasurements.Of(api);
        await TagsOfAsync(api, "ann");
        Assert.Equal([(1, "policy=own token_type=none")], measured.Of("rate_limit_headers.near_limit_requests"));

        Assert.Equal(
            "aspnetcore.rate_limiting.policy=own aspnetcore.rate_limiting.result=global_limiter rate_limit_headers.token_type=none",
            await TagsOfAsync(api, "ann"));
        await TagsOfAsync(api, "bob");
        Assert.Equal([(1, "policy=own token_type=none"), (1, "policy=own token_type=none")], measured.Of(Rejections));
        Assert.Equal(
            ["Rejected: policy own, token type none, quota (null), retry after 00:01:00, caller not logged."], EventsOf(api, EventIds.Rejected));
    }

    [Fact]
    public async Task Requests_ThatReportOnlyPoliciesWouldReject_NameThePolicyThatWould()
    {
        await using var api = await StartAsync(limits => WithALimitOfAll(limits).ReportOnly());
        using var measured = RecordedMeasurements.Of(api);
        await TagsOfAsync(api, "ann");
        await TagsOfAsync(api, "ann");

        foreach (var user in new[] { "bob", "cid" })
        {
            Assert.Equal(
                "aspnetcore.rate_limiting.policy=default aspnetcore.rate_limiting.result=acquired rate_limit_headers.token_type=user "
                + "rate_limit_headers.would_reject=all",
                await TagsOfAsync(api, user));
        }

        Assert.Equal(Enumerable.Repeat((1d, "policy=global token_type=api quota=all"), 2), measured.Of("rate_limit_headers.would_rejections"));
        Assert.Equal(
            ["Would reject: policy global, token type api, quota all, retry after 00:01:00, caller not logged. The plan is report-only."],
            EventsOf(api, EventIds.WouldReject));
    }

    private static RateLimitsBuilder WithALimitOfAll(RateLimitsBuilder limits) => limits
        .FixedWindow("caller", 100, Minute)
        .Global(policy => policy.Principals(who => who.From(static _ => new("api", "whole"), "api")).FixedWindow("all", 2, Minute));

    private static string[] EventsOf(TestApi api, int id) => [.. api.Log.Entries.Where(entry => entry.Id == id).Select(entry => entry.Message)];

    private static string HashOf(string text) => Convert.ToBase64String(HMACSHA256.HashData(s_secret, Encoding.Unicode.GetBytes(text))[..16]);

    private static async Task<string?> TagsOfAsync(TestApi api, string user) => (await api.SendAsync(claims: [$"sub={user}"]))["Tags"];

    private static void MapApi(WebApplication web) => web.MapGet("/", () => "hello").RequireRateLimiting("api");

    private Task<TestApi> StartAsync(Action<RateLimitsBuilder> limits, Action<WebApplication>? map = null) => TestApi.StartAsync(
        all =>
        {
            all.Headers(headers => headers.Ietf(draft => draft.PartitionKey(s_secret)));
            limits(all);
        },
        map ?? (static web => web.MapGet("/", () => "hello")),
        before: _activities.WriteTags);
}
