using System.Net;
using Microsoft.AspNetCore.SignalR.Client;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Invocations of hub methods are counted as requests of the caller that has connected.</summary>
public class HubInvocationTests
{
    private const string Echo = "An unexpected error occurred invoking 'Echo' on the server. HubException: ";

    [Fact]
    public async Task Invocation_BeyondTheLimit_IsRejectedWithTheWait()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 2, Minute));
        using var measured = RecordedMeasurements.Of(api);
        await using var connection = await api.ConnectAsync();
        Assert.Equal(["hello", "hello"], [await connection.CallAsync("Echo"), await connection.CallAsync("Echo")]);

        api.Time.Advance(TimeSpan.FromSeconds(17.5));
        Assert.Equal(Echo + "Rate limit exceeded; retry after 43 s.", await connection.CallAsync("Echo"));
        Assert.Equal(
            ["Rejected: policy calls, token type user, quota minute, retry after 00:00:43, caller not logged."],
            api.Log.Entries.Where(entry => entry.Id == 4).Select(entry => entry.Message));
        Assert.Equal([(1, "policy=calls token_type=user quota=minute")], measured.Of("rate_limit_headers.rejections"));

        // The connection is as good as before.
        api.Time.Advance(TimeSpan.FromSeconds(42.5));
        Assert.Equal("hello", await connection.CallAsync("Echo"));
    }

    [Fact]
    public async Task Method_DecidesOverItsHub()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", 5, Minute),
            strict: policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1)));
        await using var connection = await api.ConnectAsync();
        Assert.Equal(
            ["hello", "An unexpected error occurred invoking 'Strict' on the server. HubException: Rate limit exceeded; retry after 3600 s."],
            [await connection.CallAsync("Strict"), await connection.CallAsync("Strict")]);
        await AssertLeftAsync(connection, 5);
    }

    [Fact]
    public async Task PoliciesOfMethodAndHub_WhereTheyAreCombined_DecideTogether()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", 5, Minute),
            limits => limits.CombinePolicies(),
            strict: policy => policy.FixedWindow("hour", 1, TimeSpan.FromHours(1)));
        await using var connection = await api.ConnectAsync();
        await connection.CallAsync("Strict");
        await connection.CallAsync("Strict");
        await AssertLeftAsync(connection, 4);
    }

    [Fact]
    public async Task GlobalPolicy_CountsLimitedInvocations_AndNoOthers()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", 100, Minute),
            limits => limits.Global(policy => policy.FixedWindow("hour", 3, TimeSpan.FromHours(1))));
        await using var connection = await api.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("hello", await connection.CallAsync("Exempt"));
        }

        await connection.CallAsync("Echo");
        await connection.CallAsync("Echo");
        await connection.CallAsync("Strict");
        Assert.Equal(Echo + "Rate limit exceeded; retry after 3600 s.", await connection.CallAsync("Echo"));
    }

    [Fact]
    public async Task ExemptMethod_TakesNothing()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 2, Minute));
        await using var connection = await api.ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("hello", await connection.CallAsync("Exempt"));
        }

        await AssertLeftAsync(connection, 2);
    }

    [Fact]
    public async Task Cost_OfAMethod_IsTaken()
    {
        await using var api = await StartAsync(calls: null, costly: policy => policy.FixedWindow("minute", 8, Minute));
        await using var connection = await api.ConnectAsync();
        Assert.Equal(["hello", "hello"], [await connection.CallAsync("Costly"), await connection.CallAsync("Costly")]);
        Assert.Equal(
            "An unexpected error occurred invoking 'Costly' on the server. HubException: Rate limit exceeded; retry after 60 s.",
            await connection.CallAsync("Costly"));
    }

    [Fact]
    public async Task Method_ThatThrows_IsCounted()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 3, Minute));
        await using var connection = await api.ConnectAsync();
        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => connection.InvokeAsync("Fail"));
        await AssertLeftAsync(connection, 2);
    }

    [Fact]
    public async Task Connections_OfOneUser_ShareTheCount()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 3, Minute));
        await using var first = await api.ConnectAsync();
        await using var second = await api.ConnectAsync();
        await using var other = await api.ConnectAsync("bob");
        await first.CallAsync("Echo");
        await second.CallAsync("Echo");
        await AssertLeftAsync(first, 1);
        await AssertLeftAsync(second, 0);
        await AssertLeftAsync(other, 3);
    }

    [Fact]
    public async Task Connection_IsOneRequest_OfTheSamePolicy()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", 4, Minute), map: web => web.MapHub<TestHub>(HubTesting.Path));
        await using var first = await api.ConnectAsync();
        await AssertLeftAsync(first, 3);
        var rejected = await Assert.ThrowsAnyAsync<Exception>(() => api.ConnectAsync());
        Assert.Contains("429", rejected.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.SendAsync($"{HubTesting.Path}/negotiate", ["sub=ann"], method: HttpMethod.Post)).Status);
    }

    [Fact]
    public async Task Connections_InParallel_NeverGetMoreThanTheLimit()
    {
        const int Limit = 97;
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", Limit, Minute).SlidingWindow("hour", Limit, TimeSpan.FromHours(1)));
        var admitted = await HubLoad.RunAsync(api, connections: 8, calls: 25);
        Assert.Equal(Limit, admitted);
    }

    [Fact]
    public async Task ReportOnlyPolicy_RejectsNoInvocation_AndLogsThatItWould()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 1, Minute).ReportOnly());
        await using var connection = await api.ConnectAsync();
        Assert.Equal(["hello", "hello"], [await connection.CallAsync("Echo"), await connection.CallAsync("Echo")]);
        Assert.Equal(
            ["Would reject: policy calls, token type user, quota minute, retry after 00:01:00, caller not logged. The plan is report-only."],
            api.Log.Entries.Where(entry => entry.Id == 87).Select(entry => entry.Message));
    }

    [Fact]
    public async Task Ban_RejectsInvocations_UntilItsEnd()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 1, Minute).Ban(2, Minute, TimeSpan.FromMinutes(10)));
        await using var connection = await api.ConnectAsync();
        await connection.CallAsync("Echo");
        await connection.CallAsync("Echo");
        await connection.CallAsync("Echo");
        api.Time.Advance(Minute);
        Assert.Equal(Echo + "The caller is banned; retry after 540 s.", await connection.CallAsync("Echo"));
        api.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("hello", await connection.CallAsync("Echo"));
    }

    [Fact]
    public async Task Invocation_ThatNeverFits_IsRejectedWithoutAWait()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", _ => 0, Minute));
        await using var connection = await api.ConnectAsync();
        Assert.Equal(Echo + "Rate limit exceeded.", await connection.CallAsync("Echo"));
    }

    [Fact]
    public async Task Invocation_OfAnExemptTokenType_IsNotLimited()
    {
        await using var api = await StartAsync(
            policy => policy.For("user", plan => plan.Exempt()).ForOthers(plan => plan.FixedWindow("minute", 1, Minute)));
        await using var connection = await api.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("hello", await connection.CallAsync("Echo"));
        }
    }

    [Fact]
    public async Task Invocation_WhereExemptWhenHolds_IsNotLimited()
    {
        await using var api = await StartAsync(
            policy => policy.FixedWindow("minute", 1, Minute),
            limits => limits.ExemptWhen(context => context.User.FindFirst("sub")?.Value == "ann"));
        await using var connection = await api.ConnectAsync();
        Assert.Equal(["hello", "hello"], [await connection.CallAsync("Echo"), await connection.CallAsync("Echo")]);
        await using var other = await api.ConnectAsync("bob");
        await AssertLeftAsync(other, 1);
    }

    /// <summary>Uses up what is left of the policy of the hub.</summary>
    private static async Task AssertLeftAsync(HubConnection connection, int left)
    {
        for (var i = 0; i < left; i++)
        {
            Assert.Equal("hello", await connection.CallAsync("Echo"));
        }

        Assert.StartsWith(Echo + "Rate limit exceeded", await connection.CallAsync("Echo"), StringComparison.Ordinal);
    }

    private static Task<TestApi> StartAsync(
        Action<PolicyBuilder>? calls,
        Action<RateLimitsBuilder>? others = null,
        Action<PolicyBuilder>? strict = null,
        Action<PolicyBuilder>? costly = null,
        Action<WebApplication>? map = null) =>
        TestApi.StartAsync(
            limits =>
            {
                HubTesting.AddPolicies(limits, calls, strict, costly);
                others?.Invoke(limits);
            },
            map ?? HubTesting.MapHub,
            HubTesting.AddHubs);
}
