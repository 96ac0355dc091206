using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What an operator can do about single callers that are counted in memory.</summary>
public class OperatorTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly RateLimitTarget s_ada = new("user", "ada");

    [Fact]
    public async Task Look_UnderAllPolicies_TellsWhereTheCallerStands()
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
    public async Task Look_ByAnAddress_FindsTheCallerOfThatAddressOrPrefix()
    {
        await using var api = await StartAsync();
        await api.SendAsync(address: "192.0.2.1");
        await api.SendAsync(address: "2001:db8:0:1::5");
        await api.SendAsync(address: "2001:db8:0:1::6");
        Assert.Equal(["default minute 2 of 3"], Texts(await Operator(api).LookAsync(new("anonymous", "192.0.2.1"))));
        Assert.Equal(["default minute 1 of 3"], Texts(await Operator(api).LookAsync(new("anonymous", "2001:db8:0:1::"))));
        Assert.Equal(["default minute 3 of 3"], Texts(await Operator(api).LookAsync(new("anonymous", "192.0.2.2"))));
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
            [(LogLevel.Information, 63, "root has reset the caller ada of policy default, token type user: what it had used is forgotten.")],
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
    public async Task Grant_UnderAllPolicies_GoesToThosePlansThatHaveTheQuota()
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
    public async Task Grant_WithoutAQuota_GoesToThoseThatCountRequests()
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
            "All quotas that count this id count bytes or concurrent requests: name a quota of bytes. (Parameter 'grant')",
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
    public async Task Operator_OfWhatDoesNotExist_SaysSo()
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
                .For("user", plan => plan.FixedWindow("minute", 5, s_minute).Ban(after: 10, within: s_minute, lasting: s_minute))
                .ForAnonymous(plan => plan.FixedWindow("minute", 3, s_minute))));
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
    public async Task Listing_OfBannedCallers_TellsTheirBansAsALookDoes()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("login", policy => policy
                .PartitionByMethod().FixedWindow("minute", 1, s_minute).Ban(after: 1, within: s_minute, lasting: 10 * s_minute)),
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
    public async Task Acts_UnderPoliciesThatShareACount_ChangeItOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(principals => principals.FromClaim("sub", "user"))
                .AddPolicy("read", policy => policy.SharedResource("core").FixedWindow("minute", 10, s_minute))
                .AddPolicy("write", policy => policy.SharedResource("core").FixedWindow("minute", 10, s_minute)
                    .Ban(after: 10, within: s_minute, lasting: s_minute)),
            web =>
            {
                web.MapGet("/read", () => "read").RequireRateLimiting("read");
                web.MapGet("/write", () => "written").RequireRateLimiting("write");
            });
        await SendAsync(api, "ada", "/read", times: 3);
        await SendAsync(api, "ada", "/write", times: 3);

        Assert.Equal(["read minute 6 of 10", "write minute 6 of 10"], Texts(await Operator(api).GrantAsync(s_ada, new RateLimitGrant(2), "root")));
        await Operator(api).BanAsync(s_ada, s_minute, "root");
        await Operator(api).LiftBanAsync(s_ada, "root");
        Assert.Equal(["read minute 10 of 10", "write minute 10 of 10"], Texts(await Operator(api).ResetAsync(s_ada, "root")));
        Assert.Equal(
            [
                "root has granted 2 permits of minute to the caller ada of policy read, write, token type user.",
                "root has banned the caller ada of policy write, token type user, for 00:01:00.",
                "root has lifted the ban of the caller ada of policy write, token type user.",
                "root has reset the caller ada of policy read, write, token type user: what it had used is forgotten.",
            ],
            Acts(api).Select(act => act.Message));
    }

    [Fact]
    public async Task Acts_ByAnAddressWherePoliciesTakeOtherPrefixes_FindTheCallerUnderEach()
    {
        await using var api = await StartWithPrefixesAsync();
        foreach (var path in new[] { "/", "/login" })
        {
            await api.SendAsync(path, address: "2001:db8:1:5::7");
            await api.SendAsync(path, address: "2001:db8:1:6::7");
        }

        var caller = new RateLimitTarget("anonymous", "2001:db8:1:5::7");
        var standings = await Operator(api).LookAsync(caller);
        Assert.Equal(["default minute 9 of 10", "login minute 8 of 10"], Texts(standings));
        Assert.Equal(["2001:db8:1:5::", "2001:db8:1::"], standings.Select(standing => standing.Id));
        Assert.Equal(["default minute 10 of 10", "login minute 9 of 10"], Texts(await Operator(api).GrantAsync(caller, new RateLimitGrant(1), "root")));
        Assert.Equal(["default minute 10 of 10", "login minute 10 of 10"], Texts(await Operator(api).ResetAsync(caller, "root")));
        Assert.Equal(["default minute 9 of 10", "login minute 10 of 10"], Texts(await Operator(api).LookAsync(new("anonymous", "2001:db8:1:6::7"))));
    }

    [Fact]
    public async Task Look_ByTheIdOfConnectionsWithoutAnAddress_FindsThem()
    {
        await using var api = await StartWithPrefixesAsync();
        await api.SendAsync();
        Assert.Equal("unknown", Assert.Single((await Operator(api).ListNearestAsync(new("default", "anonymous"))).Callers).Id);
        Assert.Equal(["default minute 9 of 10", "login minute 10 of 10"], Texts(await Operator(api).LookAsync(new("anonymous", "unknown"))));
    }

    [Fact]
    public async Task Ban_WherePlansHaveNone_OrForNoTime_IsAnError()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            "No plan of the token type \"user\" that counts this id has bans; give it one with Ban(…). (Parameter 'target')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).BanAsync(s_ada, s_minute, "root"))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).LiftBanAsync(s_ada, "root"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).BanAsync(s_ada, TimeSpan.Zero, "root"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Operator(api).BanAsync(s_ada, TimeSpan.MaxValue, "root"));
        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task Acts_ByTheIdOfAPartition_ChangeThatPartition()
    {
        await using var api = await StartWithValuesAsync();
        await SendAsync(api, "ada", "/items/1", times: 2);
        await SendAsync(api, "ada", "/items/a%20b");
        var listed = (await Operator(api).ListNearestAsync(new("items", "user"))).Callers;
        Assert.Equal(["GET/1/ ada", "GET/A%20B/ ada"], listed.Select(caller => caller.Id));

        // The default policy counts no partitions, and is left out.
        var partition = new RateLimitTarget("user", listed[0].Id);
        Assert.Equal(["items minute 1 of 3"], Texts(await Operator(api).LookAsync(partition)));
        Assert.Equal(["items minute 2 of 3"], Texts(await Operator(api).GrantAsync(partition, new RateLimitGrant(1), "root")));
        Assert.Equal(["items minute 3 of 3"], Texts(await Operator(api).ResetAsync(partition with { PolicyName = "items" }, "root")));
        await Operator(api).BanAsync(partition, s_minute, "root");
        Assert.Equal(
            [HttpStatusCode.TooManyRequests, HttpStatusCode.OK],
            [await SendAsync(api, "ada", "/items/1"), await SendAsync(api, "ada", "/items/a%20b")]);
        await Operator(api).LiftBanAsync(partition, "root");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, "ada", "/items/1"));
        Assert.Equal(
            [
                "root has granted 1 permits of minute to the caller GET/1/ ada of policy items, token type user.",
                "root has reset the caller GET/1/ ada of policy items, token type user: what it had used is forgotten.",
                "root has banned the caller GET/1/ ada of policy items, token type user, for 00:01:00.",
                "root has lifted the ban of the caller GET/1/ ada of policy items, token type user.",
            ],
            Acts(api).Select(act => act.Message));
    }

    [Fact]
    public async Task Acts_ByTheIdOfACaller_LeaveOutPoliciesThatCountByValues()
    {
        await using var api = await StartWithValuesAsync();
        await SendAsync(api, "ada");
        await SendAsync(api, "ada", "/items/1");

        Assert.Equal(["default hourly 4 of 5"], Texts(await Operator(api).LookAsync(s_ada)));
        Assert.Equal(["default hourly 5 of 5"], Texts(await Operator(api).ResetAsync(s_ada, "root")));
        await Operator(api).GrantAsync(s_ada, new RateLimitGrant(1), "root");
        Assert.Equal(
            [
                "root has reset the caller ada of policy default, token type user: what it had used is forgotten.",
                "root has granted 1 permits of hourly to the caller ada of policy default, token type user.",
            ],
            Acts(api).Select(act => act.Message));

        // Plans of the policy that is left out have what the acts need.
        Assert.Equal(
            "No plan of the token type \"user\" that counts this id has bans; give it one with Ban(…). (Parameter 'target')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).BanAsync(s_ada, s_minute, "root"))).Message);
        Assert.Equal(
            "No plan that counts this id has a quota by the name or of the unit \"minute\"; permits of concurrency quotas cannot be granted. "
                + "(Parameter 'grant')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).GrantAsync(s_ada, new(1) { QuotaOrUnit = "minute" }, "root"))).Message);
        Assert.Equal(2, Acts(api).Count());
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("GET/ ada")]
    [InlineData("GET/1/2/ ada")]
    [InlineData("GET/1/ada")]
    [InlineData("GET/1 ada")]
    [InlineData("GET/1/ ")]
    [InlineData("GET/Test:1/ ada")]
    public async Task Acts_UnderAPolicyThatCountsByValues_NeedTheIdOfAPartition(string id)
    {
        await using var api = await StartWithValuesAsync();
        var target = new RateLimitTarget("user", id) { PolicyName = "items" };
        foreach (var act in new Func<Task>[]
        {
            () => Operator(api).LookAsync(target),
            () => Operator(api).ResetAsync(target, "root"),
            () => Operator(api).GrantAsync(target, new RateLimitGrant(1), "root"),
            () => Operator(api).BanAsync(target, s_minute, "root"),
            () => Operator(api).LiftBanAsync(target, "root"),
        })
        {
            Assert.Equal(
                "Policy \"items\" counts the requests of a caller apart by 2 values: the id must be that of a partition, such as "
                    + "\"value/value/ ada\", as a listing of callers tells it. (Parameter 'target')",
                (await Assert.ThrowsAsync<ArgumentException>(act)).Message);
        }

        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task Acts_WhereEachPolicyCountsByValues_NeedTheIdOfAPartition()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy.PartitionByMethod().FixedWindow("minute", 3, s_minute)));
        Assert.Equal(
            "Policy \"default\" counts the requests of a caller apart by 1 value: the id must be that of a partition, such as "
                + "\"value/ ada\", as a listing of callers tells it. (Parameter 'target')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).ResetAsync(s_ada, "root"))).Message);
        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task Acts_ByAnIdWithTheFormOfAPartitionWhereNoneAreCounted_MeanTheCaller()
    {
        await using var api = await StartAsync();
        await SendAsync(api, "a/ b");
        Assert.Equal(
            ["default minute 4 of 5, hourly 99 of 100", "search minute 2 of 2"],
            Texts(await Operator(api).LookAsync(new("user", "a/ b"))));
    }

    [Theory]
    [InlineData("user", "/")]
    [InlineData("user", "/items/1")]
    [InlineData("anonymous", "/")]
    [InlineData("anonymous", "/items/1")]
    public async Task Standings_WhereAPlanIsEnforcedForAShare_TellForWhichCallersItIsReportOnly(string tokenType, string path)
    {
        await using var api = await StartWithValuesAsync(share: 0.5);
        var callers = Enumerable.Range(0, 20).Select(i => $"192.0.2.{i}").ToArray();
        List<string> admitted = [];
        foreach (var caller in callers)
        {
            var (claims, address) = tokenType == "user" ? ([$"sub={caller}"], null) : (Array.Empty<string>(), caller);
            for (var i = 0; i < 6; i++)
            {
                if ((await api.SendAsync(path, claims, address: address)).Status == HttpStatusCode.OK && i == 5)
                {
                    admitted.Add(caller);
                }
            }
        }

        Assert.InRange(admitted.Count, 1, 19);
        var (policy, prefix) = path == "/" ? ("default", "") : ("items", "GET/1/ ");
        var listed = (await Operator(api).ListNearestAsync(new(policy, tokenType))).Callers;
        Assert.Equal(
            callers.Select(caller => (prefix + caller, admitted.Contains(caller))).Order(),
            listed.Select(caller => (caller.Id, caller.IsReportOnly)).Order());
        foreach (var caller in callers)
        {
            var standing = (await Operator(api).LookAsync(new(tokenType, prefix + caller) { PolicyName = policy }))[0];
            Assert.Equal(admitted.Contains(caller), standing.IsReportOnly);
        }
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .For("user", plan => plan.FixedWindow("minute", 5, s_minute).FixedWindow("hourly", 100, TimeSpan.FromHours(1)))
                .ForAnonymous(plan => plan.FixedWindow("minute", 3, s_minute)))
            .AddPolicy("search", policy => policy
                .For("user", plan => plan.FixedWindow("minute", 2, s_minute))
                .ForAnonymous(plan => plan.Exempt())),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/search", () => "found").RequireRateLimiting("search");
        });

    private static Task<TestApi> StartWithBytesAsync() => TestApi.StartAsync(
        limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy
                .Concurrency("slots", 1)
                .FixedWindow("minute", 5, s_minute)
                .FixedWindow("hourly", 10, TimeSpan.FromHours(1))
                .FixedWindow("bytes", 1_000, s_minute, unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes"))
            .AddPolicy("files", policy => policy
                .FixedWindow("bytes", 1_000, s_minute, unit: QuotaUnits.ContentBytes).CountResponseBytes("bytes")),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/files", () => "bytes").RequireRateLimiting("files");
        });

    private static Task<TestApi> StartWithPrefixesAsync() => TestApi.StartAsync(
        limits => limits
            .DefaultPolicy(policy => policy.FixedWindow("minute", 10, s_minute))
            .AddPolicy("login", policy => policy.Principals(who => who.FromIpAddress(48)).FixedWindow("minute", 10, s_minute)),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/login", () => "in").RequireRateLimiting("login");
        });

    private static Task<TestApi> StartWithValuesAsync(double share = 1) => TestApi.StartAsync(
        limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy.FixedWindow("hourly", 5, TimeSpan.FromHours(1)))
            .EnforceFor(share)
            .AddPolicy("items", policy => policy
                .PartitionByMethod().PartitionByRouteValue("id")
                .FixedWindow("minute", 3, s_minute).Ban(after: 10, within: s_minute, lasting: s_minute)),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/items/{id}", (string id) => id).RequireRateLimiting("items");
        });

    private static IRateLimitOperator Operator(TestApi api) => api.Services.GetRequiredService<IRateLimitOperator>();

    private static async Task<HttpStatusCode> SendAsync(TestApi api, string user, string path = "/", int times = 1)
    {
        var status = HttpStatusCode.OK;
        for (var i = 0; i < times; i++)
        {
            status = (await api.SendAsync(path, [$"sub={user}"])).Status;
        }

        return status;
    }

    private static IEnumerable<string> Texts(IReadOnlyList<RateLimitStanding> standings) => standings.Select(standing =>
        $"{standing.PolicyName} {string.Join(", ", standing.Statuses.Select(status => $"{status.Name} {status.Remaining} of {status.Limit}"))}");

    private static IEnumerable<(LogLevel Level, int Id, string Message)> Acts(TestApi api) => api.Log.Entries.Where(entry => entry.Id is >= 63 and <= 66);
}
