namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A header of configuration names a caller by one of its values, and by no other.</summary>
public class ConfiguredHeaderTests
{
    [Fact]
    public async Task Header_WithOneOfTheValues_IsACallerOfItsOwn()
    {
        var configuration = new ChangingConfiguration("""
            {
              "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "Values": ["one", "two"], "TokenType": "partner" } ],
              "Policies": { "p": { "Plans": { "partner": { "Quotas": { "q": { "Rate": "9/1h" } } }, "anonymous": { "Quotas": { "q": { "Rate": "5/1h" } } } } } },
              "DefaultPolicy": "p"
            }
            """);
        await using var api = await configuration.StartAsync();

        Assert.Equal("9 8", await SendAsync(api, "one"));
        Assert.Equal("9 8", await SendAsync(api, "two"));
        Assert.Equal("9 7", await SendAsync(api, "one"));
        Assert.Equal("5 4", await SendAsync(api, "ONE"));
        Assert.Equal("5 3", await SendAsync(api, "three"));
    }

    [Fact]
    public async Task Id_OfSuchACaller_IsNotTheSecretValue()
    {
        var configuration = new ChangingConfiguration("""
            {
              "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "Values": ["one", "two"], "TokenType": "partner" } ],
              "Quotas": { "q": { "Rate": "9/1h" } }
            }
            """);
        await using var api = await configuration.StartAsync(map: web => web.MapGet("/", CallerApi.Answer));

        // The beginning of the SHA-256 hash of the value.
        Assert.Equal("partner 7692c3ad3540bb80", (await api.SendAsync(headers: ("X-Api-Key", "one"))).Body);
    }

    private static async Task<string> SendAsync(TestApi api, string key)
    {
        var response = await api.SendAsync(headers: ("X-Api-Key", key));
        return $"{response["X-RateLimit-Limit"]} {response["X-RateLimit-Remaining"]}";
    }
}
