using MinimalApi;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SampleCostTests
{
    [Fact]
    public async Task SearchInCode_CostsThreeSearches()
    {
        using var api = new SampleApi();

        var search = await api.GetAsync(path: "/2.0/search/code");
        var rejected = await api.GetAsync(path: "/2.0/search?q=web");

        Assert.Equal((200, "\"search\";r=0;t=10"), ((int)search.Status, search["RateLimit"]));
        Assert.Equal((429, "10"), ((int)rejected.Status, rejected["Retry-After"]));
    }

    [Fact]
    public async Task Archives_AreAdmittedWhileBytesAreLeft()
    {
        // One connection serves one request after the other, so that what each has sent is charged before the next one.
        using var api = new SampleApi();

        var told = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var response = await api.GetAsync(path: "/2.0/archives/a.zip");
            told.Add($"{(int)response.Status} {response["RateLimit"]}");
        }

        Assert.Equal(
            [
                "200 \"bytes\";r=5000000",
                "200 \"bytes\";r=3000000;t=3600",
                "200 \"bytes\";r=1000000;t=3600",
                "429 \"bytes\";r=0;t=3600",
            ],
            told);
    }

    [Fact]
    public async Task LogIn_WithTheRightPassword_HasWrongOnesForgotten()
    {
        using var api = new SampleApi();

        Assert.Equal("401 401 401 401 200", await LogInAsync(api, "ann", "a", "b", "c", "d", "demo"));
        Assert.Equal("401 401 401 401 401 429", await LogInAsync(api, "ann", "a", "b", "c", "d", "e", "demo"));
        Assert.Equal("429", await LogInAsync(api, "Ann%20", "demo"));
        Assert.Equal("200", await LogInAsync(api, "bob", "demo"));
        api.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("200", await LogInAsync(api, "ann", "demo"));
    }

    [Fact]
    public async Task LogIn_WithABlankAccount_IsThatOfItsAddress()
    {
        using var api = new SampleApi();
        var context = new DefaultHttpContext { Request = { RouteValues = { [LogIn.TokenType] = " " } } };

        Assert.Null(LogIn.AccountOf(context));
        Assert.Equal("401 401 401 401 401 429", await LogInAsync(api, "%20", "demo", "b", "c", "d", "e", "f"));
        Assert.Equal("200", await LogInAsync(api, "ann", "demo"));
    }

    private static async Task<string> LogInAsync(SampleApi api, string account, params string[] passwords)
    {
        var statuses = new List<int>();
        foreach (var password in passwords)
        {
            statuses.Add((int)(await api.GetAsync(path: $"/2.0/log-in/{account}", json: $$"""{"password":"{{password}}"}""")).Status);
        }

        return string.Join(' ', statuses);
    }
}
