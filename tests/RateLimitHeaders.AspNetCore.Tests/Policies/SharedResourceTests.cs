namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that share one count, as GitHub's <c>core</c>, and those whose resource is a name.</summary>
public class SharedResourceTests
{
    [Fact]
    public async Task SharedResource_IsOneCount_WhateverRequestsCost()
    {
        await using var api = await StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour),
            write => write.SharedResource("core").FixedWindow("hour", 10, Hour).Cost(3));
        Assert.Equal(("9", "core"), await SendAsync(api, "/read"));
        Assert.Equal(("6", "core"), await SendAsync(api, "/write"));
        Assert.Equal(("5", "core"), await SendAsync(api, "/read"));
    }

    [Fact]
    public async Task Resource_IsAName()
    {
        await using var api = await StartAsync(
            read => read.Resource("core").FixedWindow("hour", 10, Hour), write => write.Resource("core").FixedWindow("hour", 10, Hour));
        Assert.Equal(("9", "core"), await SendAsync(api, "/read"));
        Assert.Equal(("9", "core"), await SendAsync(api, "/write"));
    }

    [Fact]
    public async Task SharedResource_OfTwoCombinedPolicies_IsChargedOnce()
    {
        await using var api = await StartCombinedAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour), all => all.SharedResource("core").FixedWindow("hour", 10, Hour));
        Assert.Equal("\"hour\";r=9;t=3600", (await api.SendAsync("/read"))["RateLimit"]);
        Assert.Equal("\"hour\";r=8;t=3600", (await api.SendAsync("/none"))["RateLimit"]);
    }

    [Fact]
    public async Task SharedResource_OfPoliciesThatDistinguishCallersInOtherWays_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour),
            write => write.SharedResource("core").FixedWindow("hour", 10, Hour).PartitionByMethod()));
        Assert.Equal(
            "RLH0011 Policies:write:SharesResource: Policies \"read\" and \"write\" share the resource \"core\", and they distinguish callers in "
                + "different ways; give both the same principals or none, and the same number of PartitionBy…, or each a resource of its own.",
            Assert.Single(error.Errors).ToString());
    }

    [Fact]
    public async Task SharedResource_OfPoliciesWithOtherPrincipals_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.Principals(principals => principals.FromClaim("tenant", "user")).SharedResource("core").FixedWindow("hour", 10, Hour),
            write => write.Principals(principals => principals.FromClaim("sub", "user")).SharedResource("core").FixedWindow("hour", 10, Hour)));
        Assert.Equal("RLH0011", Assert.Single(error.Errors).Id);
    }

    [Fact]
    public void Values_AndTheirHashes_AreOtherIds() => Assert.False(
        HeaderRule.Listed("X-Api-Key", "key", ["one", "two"]).FindsIdsAs(HeaderRule.Validated("X-Api-Key", "key", _ => true)));

    /// <summary>Rules of other classes, and headers by names of another case, find the same ids.</summary>
    [Fact]
    public async Task SharedResource_OfPoliciesThatFindTheSameIdsInOtherWords_Starts()
    {
        await using var api = await StartAsync(
            read => read.Principals(principals => principals.FromHeader("X-Api-Key", "key", key => key == "one").FromUser())
                .SharedResource("core").FixedWindow("hour", 10, Hour),
            write => write.Principals(principals => principals.FromHeader("x-api-key", "key", (_, key) => ValueTask.FromResult(key == "one" ? key : null)).FromUser(planClaim: "plan"))
                .SharedResource("core").FixedWindow("hour", 10, Hour));
        Assert.Equal("9", (await api.SendAsync("/read", headers: ("X-Api-Key", "one")))["X-RateLimit-Remaining"]);
        Assert.Equal("8", (await api.SendAsync("/write", headers: ("X-Api-Key", "one")))["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task SharedResource_OfPoliciesWithTheSamePrincipals_Starts()
    {
        await using var api = await StartAsync(Limit, Limit);
        Assert.Equal(("9", "core"), await SendAsync(api, "/read"));
        Assert.Equal(("8", "core"), await SendAsync(api, "/write"));

        // The function is another object each time.
        static void Limit(PolicyBuilder policy)
        {
            var id = "whole";
            policy.Principals(principals => principals.FromClaim("tenant", "tenant").From(_ => new RateLimitPrincipal("api", id), "api"))
                .SharedResource("core").FixedWindow("hour", 10, Hour);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task SharedResource_OfTwoCombinedPolicies_IsChargedOnce_WhicheverOfThemBans(bool bansReads, bool bansAll)
    {
        await using var api = await StartCombinedAsync(
            read => Limit(read, bansReads),
            all => Limit(all, bansAll));
        Assert.Equal("\"hour\";r=0;t=3600", (await api.SendAsync("/read"))["RateLimit"]);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("#quota-exceeded", (await api.SendAsync("/read")).Body, StringComparison.Ordinal);
        }

        Assert.Contains("#abnormal-usage-detected", (await api.SendAsync("/read")).Body, StringComparison.Ordinal);

        static void Limit(PolicyBuilder policy, bool bans)
        {
            policy.SharedResource("core").FixedWindow("hour", 1, Hour);
            if (bans)
            {
                policy.Ban(2, Hour, 10 * Hour);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SharedResource_OfTwoCombinedPolicies_IsEnforcedIfOneOfThemIs(bool enforcesReads)
    {
        await using var api = await StartCombinedAsync(
            read => Limit(read, enforcesReads),
            all => Limit(all, !enforcesReads));
        Assert.Equal((200, "\"hour\";r=0;t=3600"), Told(await api.SendAsync("/read")));
        Assert.Equal((429, "\"hour\";r=0;t=3600"), Told(await api.SendAsync("/read")));

        static void Limit(PolicyBuilder policy, bool enforces) =>
            (enforces ? policy : policy.ReportOnly()).SharedResource("core").FixedWindow("hour", 1, Hour);

        static (int Status, string? Limit) Told(TestResponse response) => ((int)response.Status, response["RateLimit"]);
    }

    [Fact]
    public async Task SharedResource_WithOtherQuotas_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour), write => write.SharedResource("core").FixedWindow("hour", 11, Hour)));
        Assert.Equal(
            [
                "RLH0010 Policies:write:SharesResource: Policies \"read\" and \"write\" share the resource \"core\", and their quotas for the token type "
                + "\"user\" are not the same; give both the same quotas, or each a resource of its own.",
                "RLH0010 Policies:write:SharesResource: Policies \"read\" and \"write\" share the resource \"core\", and their quotas for the token type "
                + "\"anonymous\" are not the same; give both the same quotas, or each a resource of its own.",
            ],
            error.Errors.Select(found => found.ToString()));
    }

    [Fact]
    public async Task SharedResource_WithAnotherBoundOfDebt_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour).MaxDebt("hour", 0),
            write => write.SharedResource("core").FixedWindow("hour", 10, Hour).MaxDebt("hour", 500)));
        Assert.Equal(["RLH0010", "RLH0010"], error.Errors.Select(found => found.Id));
    }

    [Fact]
    public async Task SharedResource_ThatOnePolicyAloneChargesAfterOutages_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, Hour),
            write => write.SharedResource("core").FixedWindow("hour", 10, Hour)
                .ForAnonymous(plan => plan.FixedWindow("hour", 10, Hour).ChargeAfterOutage())));
        Assert.Equal(
            "RLH0010 Policies:write:SharesResource: Policies \"read\" and \"write\" share the resource \"core\", and ChargeAfterOutage for the token type "
                + "\"anonymous\" is False in the first and True in the second; give both the same value, or each a resource of its own.",
            Assert.Single(error.Errors).ToString());
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> read, Action<PolicyBuilder> write) => TestApi.StartAsync(
        limits => limits.AddPolicy("read", read).AddPolicy("write", write)
            .Headers(headers => headers.XRateLimit(fields => fields.Fields |= XRateLimitFields.Resource)),
        web =>
        {
            web.MapGet("/read", () => "read").RequireRateLimiting("read");
            web.MapGet("/write", () => "write").RequireRateLimiting("write");
        });

    private static Task<TestApi> StartCombinedAsync(Action<PolicyBuilder> read, Action<PolicyBuilder> all) => TestApi.StartAsync(
        limits => limits.AddPolicy("read", read).Global(all).Headers(headers => headers.Ietf()),
        web => web.MapGet("/read", () => "read").RequireRateLimiting("read"));

    private static async Task<(string? Remaining, string? Resource)> SendAsync(TestApi api, string path)
    {
        var response = await api.SendAsync(path);
        return (response["X-RateLimit-Remaining"], response["X-RateLimit-Resource"]);
    }
}
