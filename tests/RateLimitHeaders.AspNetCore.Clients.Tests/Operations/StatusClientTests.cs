using System.Text.Json;
using Octokit;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>Clients that were written for GitHub read the status endpoint.</summary>
public class StatusClientTests
{
    [Fact]
    public async Task Octokit_OfNet_ReadsTheStatus()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync(user: null, times: 3);
        await host.SendAsync(user: null, times: 2, "/search");

        var client = new GitHubClient(new Connection(new ProductHeaderValue("tests"), new Uri($"{host.Address}/")));
        var limits = await client.RateLimit.GetRateLimits();
        Assert.Equal((10, 7), (limits.Rate.Limit, limits.Rate.Remaining));
        Assert.Equal((10, 7), (limits.Resources.Core.Limit, limits.Resources.Core.Remaining));
        Assert.Equal((30, 28), (limits.Resources.Search.Limit, limits.Resources.Search.Remaining));
        Assert.InRange(limits.Rate.Reset - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(58), TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Octokit_OfNpm_ReadsTheStatus()
    {
        await using var host = await OperatedHost.StartAsync();
        await host.SendAsync(user: null, times: 3);

        using var told = JsonDocument.Parse(await ClientScripts.RunAsync("octokit-rate-limit", host.Address));
        Assert.Equal((10, 3, 7), Numbers(told.RootElement.GetProperty("rate")));
        Assert.Equal((10, 3, 7), Numbers(told.RootElement.GetProperty("core")));
        Assert.Equal((30, 0, 30), Numbers(told.RootElement.GetProperty("search")));
    }

    private static (int Limit, int Used, int Remaining) Numbers(JsonElement rate) =>
        (rate.GetProperty("limit").GetInt32(), rate.GetProperty("used").GetInt32(), rate.GetProperty("remaining").GetInt32());
}
