using Microsoft.AspNetCore.Builder;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Policies that share one count, as GitHub's <c>core</c>, and those whose resource is a name.</summary>
public class SharedResourceTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task SharedResource_IsOneCount_WhateverRequestsCost()
    {
        await using var api = await StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, s_hour),
            write => write.SharedResource("core").FixedWindow("hour", 10, s_hour).Cost(3));
        Assert.Equal(("9", "core"), await SendAsync(api, "/read"));
        Assert.Equal(("6", "core"), await SendAsync(api, "/write"));
        Assert.Equal(("5", "core"), await SendAsync(api, "/read"));
    }

    [Fact]
    public async Task Resource_IsAName()
    {
        await using var api = await StartAsync(
            read => read.Resource("core").FixedWindow("hour", 10, s_hour), write => write.Resource("core").FixedWindow("hour", 10, s_hour));
        Assert.Equal(("9", "core"), await SendAsync(api, "/read"));
        Assert.Equal(("9", "core"), await SendAsync(api, "/write"));
    }

    [Fact]
    public async Task SharedResource_OfTwoCombinedPolicies_IsChargedOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits
                .AddPolicy("read", policy => policy.SharedResource("core").FixedWindow("hour", 10, s_hour))
                .Global(policy => policy.SharedResource("core").FixedWindow("hour", 10, s_hour))
                .Headers(headers => headers.Ietf()),
            web => web.MapGet("/read", () => "read").RequireRateLimiting("read"));
        Assert.Equal("\"hour\";r=9;t=3600", (await api.SendAsync("/read"))["RateLimit"]);
        Assert.Equal("\"hour\";r=8;t=3600", (await api.SendAsync("/none"))["RateLimit"]);
    }

    [Fact]
    public async Task SharedResource_WithOtherQuotas_StopsTheStart()
    {
        var error = await Assert.ThrowsAsync<RateLimitConfigurationException>(() => StartAsync(
            read => read.SharedResource("core").FixedWindow("hour", 10, s_hour), write => write.SharedResource("core").FixedWindow("hour", 11, s_hour)));
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
            read => read.SharedResource("core").FixedWindow("hour", 10, s_hour).MaxDebt("hour", 0),
            write => write.SharedResource("core").FixedWindow("hour", 10, s_hour).MaxDebt("hour", 500)));
        Assert.Equal(["RLH0010", "RLH0010"], error.Errors.Select(found => found.Id));
    }

    private static Task<TestApi> StartAsync(Action<PolicyBuilder> read, Action<PolicyBuilder> write) => TestApi.StartAsync(
        limits => limits.AddPolicy("read", read).AddPolicy("write", write)
            .Headers(headers => headers.XRateLimit(fields => fields.Fields |= XRateLimitFields.Resource)),
        web =>
        {
            web.MapGet("/read", () => "read").RequireRateLimiting("read");
            web.MapGet("/write", () => "write").RequireRateLimiting("write");
        });

    private static async Task<(string? Remaining, string? Resource)> SendAsync(TestApi api, string path)
    {
        var response = await api.SendAsync(path);
        return (response["X-RateLimit-Remaining"], response["X-RateLimit-Resource"]);
    }
}
