using System.Net;
using static RateLimitHeaders.AspNetCore.Tests.OperatedApi;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an operator can do about single callers that are counted in memory.</summary>
public class OperatorTests
{
    private static readonly RateLimitTarget s_ada = new("user", "ada");

    [Fact]
    public async Task Look_UnderAllPolicies_ReturnsTheStatusesOfTheCaller()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "ada", times: 3);
        await SendAsync(api, "ada", "/search");
        Assert.Equal(
            ["default minute 2 of 5, hourly 97 of 100", "search minute 1 of 2"],
            Texts(await Operator(api).LookAsync(s_ada)));
        Assert.Equal(["search minute 1 of 2"], Texts(await Operator(api).LookAsync(s_ada with { PolicyName = "search" })));
        Assert.Equal(["default minute 5 of 5, hourly 100 of 100", "search minute 2 of 2"], Texts(await Operator(api).LookAsync(new("user", "unseen"))));
    }

    [Fact]
    public async Task Reset_UnderOnePolicy_ForgetsTheCallerThereAndIsLogged()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "ada", times: 6);
        await SendAsync(api, "ada", "/search");
        await SendAsync(api, "grace");
        Assert.Equal(HttpStatusCode.TooManyRequests, await SendAsync(api, "ada"));

        var after = await Operator(api).ResetAsync(s_ada with { PolicyName = "default" }, "root");
        Assert.Equal(["default minute 5 of 5, hourly 100 of 100"], Texts(after));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, "ada"));
        Assert.Equal(["default minute 4 of 5, hourly 99 of 100", "search minute 1 of 2"], Texts(await Operator(api).LookAsync(s_ada)));
        Assert.Equal(["default minute 4 of 5, hourly 99 of 100", "search minute 2 of 2"], Texts(await Operator(api).LookAsync(new("user", "grace"))));
        Assert.Equal(
            [(LogLevel.Information, 63, "root has reset the caller ada of policy default, token type user: its counts were cleared.")],
            Acts(api));
    }

    [Fact]
    public async Task Grant_OfOneQuota_AdmitsSoManyRequestsMoreAndIsLogged()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "ada", times: 6);
        await SendAsync(api, "ada", "/search");

        var after = await Operator(api).GrantAsync(s_ada with { PolicyName = "default" }, new RateLimitGrant(2) { QuotaOrUnit = "minute" }, "root");
        Assert.Equal(["default minute 2 of 5, hourly 95 of 100"], Texts(after));
        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            [await SendAsync(api, "ada"), await SendAsync(api, "ada"), await SendAsync(api, "ada")]);
        Assert.Equal(
            [(LogLevel.Information, 64, "root has granted 2 permits of minute to the caller ada of policy default, token type user.")],
            Acts(api));
    }

    [Fact]
    public async Task Grant_UnderAllPolicies_AddsPermitsInThePlansThatHaveTheQuota()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "ada", times: 2);
        await SendAsync(api, "ada", "/search");
        Assert.Equal(
            ["default minute 3 of 5, hourly 99 of 100", "search minute 1 of 2"],
            Texts(await Operator(api).GrantAsync(s_ada, new RateLimitGrant(1) { QuotaOrUnit = "hourly" }, "root")));
        Assert.Equal(
            ["default minute 5 of 5, hourly 100 of 100", "search minute 2 of 2"],
            Texts(await Operator(api).GrantAsync(s_ada, new RateLimitGrant(10), "root")));
        Assert.Equal(3, Acts(api).Count());
    }

    [Fact]
    public async Task Grant_WithoutAQuota_AddsPermitsToTheQuotasThatCountRequests()
    {
        await using var api = await StartWithBytesAsync();
        await SendAsync(api, "ada", times: 2);
        await SendAsync(api, "ada", "/files");
        Assert.Equal(
            ["default slots 1 of 1, minute 4 of 5, hourly 9 of 10, bytes 990 of 1000", "files bytes 995 of 1000"],
            Texts(await Operator(api).GrantAsync(s_ada, new RateLimitGrant(1), "root")));
        Assert.Equal(
            [(LogLevel.Information, 64, "root has granted 1 permits of minute, hourly to the caller ada of policy default, token type user.")],
            Acts(api));
    }

    [Fact]
    public async Task Grant_OfBytes_NeedsTheirName()
    {
        await using var api = await StartWithBytesAsync();
        await SendAsync(api, "ada", "/files");
        var files = s_ada with { PolicyName = "files" };
        Assert.Equal(
            "All quotas for this id count bytes or concurrent requests; name a quota that counts bytes. (Parameter 'grant')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).GrantAsync(files, new RateLimitGrant(3), "root"))).Message);
        Assert.Equal(["files bytes 998 of 1000"], Texts(await Operator(api).GrantAsync(files, new RateLimitGrant(3) { QuotaOrUnit = "bytes" }, "root")));
        Assert.Equal(
            ["files bytes 1000 of 1000"],
            Texts(await Operator(api).GrantAsync(files, new RateLimitGrant(3) { QuotaOrUnit = QuotaUnits.ContentBytes }, "root")));
        Assert.Equal(
            Enumerable.Repeat("root has granted 3 permits of bytes to the caller ada of policy files, token type user.", 2),
            Acts(api).Select(act => act.Message));
    }

    [Fact]
    public async Task Grant_OfAConcurrencyQuota_IsAnError()
    {
        await using var api = await StartWithBytesAsync();
        Assert.Equal(
            "No plan that counts this id has a quota by the name or of the unit \"slots\"; permits of concurrency quotas cannot be granted. "
                + "(Parameter 'grant')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).GrantAsync(s_ada, new(1) { QuotaOrUnit = "slots" }, "root"))).Message);
        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task List_OfManyCallers_BeginsWithThoseNearestTheirLimits()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await SendAsync(api, $"user-{i:00}", times: (i % 5) + 1);
        }

        var page = await Operator(api).ListNearestAsync(new RateLimitCallerQuery("default", "user") { Count = 6 });
        Assert.Null(page.Cursor);
        Assert.Equal(
            [(0, 4), (1, 2)],
            page.Callers.GroupBy(caller => caller.Statuses[0].Remaining).Select(group => ((int)group.Key, group.Count())));
        Assert.Equal(
            ["user-04", "user-09", "user-14", "user-19"],
            page.Callers.Take(4).Select(caller => caller.Id).Order());
    }

    [Fact]
    public async Task List_ByCursor_LooksAtEachCallerOnce()
    {
        await using var api = await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await api.SendAsync(address: $"192.0.2.{i}");
        }

        List<string> seen = [];
        string? cursor = null;
        do
        {
            var page = await Operator(api).ListNearestAsync(new RateLimitCallerQuery("default", "anonymous") { Looked = 7, Cursor = cursor });
            Assert.InRange(page.Callers.Count, 1, 7);
            seen.AddRange(page.Callers.Select(caller => caller.Id));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"192.0.2.{i}").Order(), seen.Order());
    }

    [Fact]
    public async Task List_OfCallersThatHaveUsedNothing_IsEmpty()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "ada");
        await Operator(api).ResetAsync(s_ada, "root");
        Assert.Empty((await Operator(api).ListNearestAsync(new RateLimitCallerQuery("default", "user"))).Callers);
    }

    [Fact]
    public async Task Operator_OfWhatDoesNotExist_ThrowsAndLogsNoAct()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            "There is no policy \"none\" that counts the token type \"user\". (Parameter 'tokenType')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).LookAsync(s_ada with { PolicyName = "none" }))).Message);
        Assert.Equal(
            "No policy counts the token type \"robot\". (Parameter 'tokenType')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).ResetAsync(new("robot", "x"), "root"))).Message);
        Assert.Equal(
            "No plan that counts this id has a quota by the name or of the unit \"daily\"; permits of concurrency quotas cannot be granted. "
                + "(Parameter 'grant')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).GrantAsync(s_ada, new RateLimitGrant(1) { QuotaOrUnit = "daily" }, "root"))).Message);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).GrantAsync(s_ada, new RateLimitGrant(0), "root"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).ListNearestAsync(new("default", "user") { Count = 1_001 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).ListNearestAsync(new("default", "user") { Looked = 0 }));
        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task Ban_OfACaller_RejectsItUntilItIsOverOrLiftedAndIsLogged()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .For("user", plan => plan.FixedWindow("minute", 5, Minute).Ban(after: 10, within: Minute, lasting: Minute))
                .ForAnonymous(plan => plan.FixedWindow("minute", 3, Minute))));
        await SendAsync(api, "ada");

        var banned = await Operator(api).BanAsync(s_ada, TimeSpan.FromMinutes(10), "root");
        Assert.Equal(["default minute 4 of 5"], Texts(banned));
        Assert.Equal(TimeSpan.FromMinutes(10), banned[0].BannedFor);
        var rejected = await api.SendAsync("/", ["sub=ada"]);
        Assert.Equal((HttpStatusCode.TooManyRequests, "600"), (rejected.Status, rejected["Retry-After"]));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, "grace"));

        api.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(TimeSpan.FromMinutes(6), (await Operator(api).LookAsync(s_ada))[0].BannedFor);
        Assert.Null((await Operator(api).LiftBanAsync(s_ada, "support"))[0].BannedFor);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, "ada"));
        Assert.Equal(
            [
                (LogLevel.Information, 65, "root has banned the caller ada of policy default, token type user, for 00:10:00."),
                (LogLevel.Information, 66, "support has lifted the ban of the caller ada of policy default, token type user."),
            ],
            Acts(api));
    }

    [Fact]
    public async Task Listing_OfBannedCallers_HasTheBansThatALookReturns()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("login", policy => policy
                .PartitionByMethod().FixedWindow("minute", 1, Minute).Ban(after: 1, within: Minute, lasting: 10 * Minute)),
            web => web.MapGet("/", () => "no").RequireRateLimiting("login"));
        foreach (var address in new[] { "192.0.2.1", "192.0.2.1", "192.0.2.2" })
        {
            await api.SendAsync(address: address);
        }

        api.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(
            [("GET/ 192.0.2.1", (TimeSpan?)new TimeSpan(0, 9, 50)), ("GET/ 192.0.2.2", null)],
            (await Operator(api).ListNearestAsync(new("login", "anonymous"))).Callers.Select(caller => (caller.Id, caller.BannedFor)).Order());
        Assert.Equal(new TimeSpan(0, 9, 50), (await Operator(api).LookAsync(new("anonymous", "GET/ 192.0.2.1")))[0].BannedFor);
    }

    [Fact]
    public async Task Ban_WherePlansHaveNone_OrForNoTime_IsAnError()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            "No plan of the token type \"user\" that counts this id has bans; give it one with Ban(…). (Parameter 'target')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).BanAsync(s_ada, Minute, "root"))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).LiftBanAsync(s_ada, "root"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).BanAsync(s_ada, TimeSpan.Zero, "root"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).BanAsync(s_ada, TimeSpan.MaxValue, "root"));
        Assert.Empty(Acts(api));
    }

    private static Task<TestApi> StartWithBytesAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .Concurrency("slots", 1)
                .FixedWindow("minute", 5, Minute)
                .FixedWindow("hourly", 10, TimeSpan.FromHours(1))
                .FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes"))
            .AddPolicy("files", policy => policy
                .FixedWindow("bytes", 1_000, Minute, unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes")),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/files", () => "bytes").RequireRateLimiting("files");
        });
}
