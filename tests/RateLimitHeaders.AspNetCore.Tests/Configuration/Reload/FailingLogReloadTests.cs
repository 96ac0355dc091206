namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A log of the application throws while configuration is read again, which a timer does.</summary>
public class FailingLogReloadTests
{
    [Theory]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1h" } } }""", "7", false)]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1h" }, "day": { "Rate": "6/1d" } } }""", "6", false)]
    [InlineData("""{ "Quotas": { "q": { "Rate": "7/1" } } }""", "5", true)]
    public async Task Reload_WhoseLogThrows_EndsAsItShould(string json, string limit, bool isFailing)
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();
        api.Log.OnMessage = static _ => throw new InvalidOperationException("The disk is full.");

        api.Change(configuration, json);

        api.Log.OnMessage = null;
        Assert.Equal(limit, (await api.SendAsync())["X-RateLimit-Limit"]);
        Assert.Equal(isFailing, api.Services.GetRequiredService<LimitsReload>().Status!.IsFailing);
    }
}
