using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The log-in of docs/costs.md against those that try it out.</summary>
public class LogInTests
{
    [Fact]
    public async Task LogIn_OneAccountFromManyAddresses_IsTriedOutFiveTimes()
    {
        await using var api = await StartAsync();

        var statuses = new List<int>();
        for (var i = 1; i <= 7; i++)
        {
            statuses.Add(await TryAsync(api, $"192.0.2.{i}", ("account", "ada"), ("password", "wrong")));
        }

        Assert.Equal([401, 401, 401, 401, 401, 429, 429], statuses);
        Assert.Equal(429, await TryAsync(api, "192.0.2.9", ("account", "ADA"), ("password", "right")));
        Assert.Equal(200, await TryAsync(api, "192.0.2.1", ("account", "bob"), ("password", "right")));
    }

    [Fact]
    public async Task LogIn_ManyAccountsFromOneAddress_AreTriedOutFiftyTimes()
    {
        await using var api = await StartAsync();

        var statuses = new List<int>();
        for (var i = 1; i <= 52; i++)
        {
            statuses.Add(await TryAsync(api, "192.0.2.1", ("account", i.ToString(CultureInfo.InvariantCulture)), ("password", "wrong")));
        }

        Assert.Equal([.. Enumerable.Repeat(401, 50), 429, 429], statuses);
        Assert.Equal(429, await TryAsync(api, "192.0.2.1", ("account", "ada"), ("password", "right")));
        Assert.Equal(200, await TryAsync(api, "192.0.2.2", ("account", "ada"), ("password", "right")));
    }

    [Fact]
    public async Task LogIn_WithoutAnAccount_CountsByTheAddress()
    {
        await using var api = await StartAsync();

        var statuses = new List<int>();
        for (var i = 1; i <= 6; i++)
        {
            statuses.Add(await TryAsync(api, "192.0.2.1", ("password", "wrong")));
        }

        Assert.Equal([400, 400, 400, 400, 400, 429], statuses);
        Assert.Equal(400, await TryAsync(api, "192.0.2.2", ("password", "wrong")));
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(CallerSnippets.LogIn, CallerSnippets.LogInEndpoint);

    private static async Task<int> TryAsync(TestApi api, string address, params (string Name, string Value)[] fields) =>
        (int)(await api.PostAsync("/log-in", FormApi.Form(fields), address)).Status;
}
