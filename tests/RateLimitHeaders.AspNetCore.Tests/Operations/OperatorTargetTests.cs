using System.Net;
using static RateLimitHeaders.AspNetCore.Tests.OperatedApi;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which counts the id of a caller, an address or the id of a partition means to an operator.</summary>
public class OperatorTargetTests
{
    private static readonly RateLimitTarget s_ada = new("user", "ada");

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
    public async Task Look_ByTheIdOfConnectionsWithoutAnAddress_FindsThem()
    {
        await using var api = await StartWithPrefixesAsync();
        await api.SendAsync();
        Assert.Equal("unknown", Assert.Single((await Operator(api).ListNearestAsync(new("default", "anonymous"))).Callers).Id);
        Assert.Equal(["default minute 9 of 10", "login minute 10 of 10"], Texts(await Operator(api).LookAsync(new("anonymous", "unknown"))));
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
    public async Task Acts_UnderPoliciesThatShareACount_ChangeItOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .Principals(principals => principals.FromClaim("sub", "user"))
                .AddPolicy("read", policy => policy.SharedResource("core").FixedWindow("minute", 10, Minute))
                .AddPolicy("write", policy => policy.SharedResource("core").FixedWindow("minute", 10, Minute)
                    .Ban(after: 10, within: Minute, lasting: Minute)),
            web =>
            {
                web.MapGet("/read", () => "read").RequireRateLimiting("read");
                web.MapGet("/write", () => "written").RequireRateLimiting("write");
            });
        await SendAsync(api, "ada", "/read", times: 3);
        await SendAsync(api, "ada", "/write", times: 3);

        Assert.Equal(["read minute 6 of 10", "write minute 6 of 10"], Texts(await Operator(api).GrantAsync(s_ada, new RateLimitGrant(2), "root")));
        await Operator(api).BanAsync(s_ada, Minute, "root");
        await Operator(api).LiftBanAsync(s_ada, "root");
        Assert.Equal(["read minute 10 of 10", "write minute 10 of 10"], Texts(await Operator(api).ResetAsync(s_ada, "root")));
        Assert.Equal(
            [
                "root has granted 2 permits of minute to the caller ada of policy read, write, token type user.",
                "root has banned the caller ada of policy write, token type user, for 00:01:00.",
                "root has lifted the ban of the caller ada of policy write, token type user.",
                "root has reset the caller ada of policy read, write, token type user: its counts were cleared.",
            ],
            Acts(api).Select(act => act.Message));
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
        await Operator(api).BanAsync(partition, Minute, "root");
        Assert.Equal(
            [HttpStatusCode.TooManyRequests, HttpStatusCode.OK],
            [await SendAsync(api, "ada", "/items/1"), await SendAsync(api, "ada", "/items/a%20b")]);
        await Operator(api).LiftBanAsync(partition, "root");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(api, "ada", "/items/1"));
        Assert.Equal(
            [
                "root has granted 1 permits of minute to the caller GET/1/ ada of policy items, token type user.",
                "root has reset the caller GET/1/ ada of policy items, token type user: its counts were cleared.",
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
                "root has reset the caller ada of policy default, token type user: its counts were cleared.",
                "root has granted 1 permits of hourly to the caller ada of policy default, token type user.",
            ],
            Acts(api).Select(act => act.Message));

        // Plans of the policy that is left out have what the acts need.
        Assert.Equal(
            "No plan of the token type \"user\" that counts this id has bans; give it one with Ban(…). (Parameter 'target')",
            (await Assert.ThrowsAsync<ArgumentException>(() => Operator(api).BanAsync(s_ada, Minute, "root"))).Message);
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
            () => Operator(api).BanAsync(target, Minute, "root"),
            () => Operator(api).LiftBanAsync(target, "root"),
        })
        {
            Assert.Equal(
                "Policy \"items\" counts the requests of a caller separately by 2 values: the id must be the id of a partition, such as "
                    + "\"value/value/ ada\", as a listing of callers returns it. (Parameter 'target')",
                (await Assert.ThrowsAsync<ArgumentException>(act)).Message);
        }

        Assert.Empty(Acts(api));
    }

    [Fact]
    public async Task Acts_WhereEachPolicyCountsByValues_NeedTheIdOfAPartition()
    {
        await using var api = await TestApi.StartAsync(limits => limits
            .Principals(principals => principals.FromClaim("sub", "user"))
            .DefaultPolicy(policy => policy.PartitionByMethod().FixedWindow("minute", 3, Minute)));
        Assert.Equal(
            "Policy \"default\" counts the requests of a caller separately by 1 value: the id must be the id of a partition, such as "
                + "\"value/ ada\", as a listing of callers returns it. (Parameter 'target')",
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
    public async Task Standings_OfAPartlyEnforcedPlan_ShowForWhichCallersItIsReportOnly(string tokenType, string path)
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

    private static Task<TestApi> StartWithPrefixesAsync() => TestApi.StartAsync(
        limits => limits
            .DefaultPolicy(policy => policy.FixedWindow("minute", 10, Minute))
            .AddPolicy("login", policy => policy.Principals(who => who.FromIpAddress(48)).FixedWindow("minute", 10, Minute)),
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
                .FixedWindow("minute", 3, Minute).Ban(after: 10, within: Minute, lasting: Minute)),
        web =>
        {
            web.MapGet("/", () => "hello");
            web.MapGet("/items/{id}", (string id) => id).RequireRateLimiting("items");
        });
}
