using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The snippets that tell callers apart do what their pages say.</summary>
public class CallerDocumentTests
{
    [Fact]
    public async Task PlansByClaim_OfThePage_CountAUserThroughAChangeOfItsPlan()
    {
        await using var api = await TestApi.StartAsync(CallerSnippets.PlansByClaim);

        Assert.Equal("499 of 500", await StandingAsync(api, "sub=ada"));
        Assert.Equal("4998 of 5000", await StandingAsync(api, "sub=ada", "plan=pro"));
        Assert.Equal("59 of 60", await StandingAsync(api));
    }

    [Fact]
    public async Task TokenTypesByClaim_OfThePage_HaveAPlanEach()
    {
        await using var api = await TestApi.StartAsync(CallerSnippets.TokenTypesByClaim);

        Assert.Equal("499 of 500", await StandingAsync(api, "sub=ada", "plan=free"));
        Assert.Equal("99 of 100", await StandingAsync(api, "sub=ada", "plan=pro"));
        Assert.Equal("59 of 60", await StandingAsync(api));
    }

    [Fact]
    public async Task ApiKeys_OfThePage_CountAFalseKeyAsAnonymous()
    {
        await using var api = await TestApi.StartAsync(CallerSnippets.ApiKeys);

        Assert.Equal("999", (await api.SendAsync(headers: ("X-Api-Key", "k1")))["X-RateLimit-Remaining"]);
        Assert.Equal("59", (await api.SendAsync(headers: ("X-Api-Key", "k2")))["X-RateLimit-Remaining"]);
        Assert.Equal("58", (await api.SendAsync())["X-RateLimit-Remaining"]);
    }

    [Fact]
    public async Task WholeApi_OfThePage_CountsAllCallersTogether()
    {
        await using var api = await TestApi.StartAsync(limits => CallerSnippets.WholeApi(limits.Headers(headers => headers.Ietf())));

        await api.SendAsync(claims: ["sub=ada"]);
        var response = await api.SendAsync(claims: ["sub=bob"]);

        Assert.Equal("\"caller\";r=99;t=60, \"all\";r=9998;t=60, \"open\";r=499", response["RateLimit"]);
    }

    [Fact]
    public async Task LogIn_OfThePage_CountsFailuresOfTheAccountThatTheFormNames()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddSingleton<CallerSnippets.LogInAccount>();
        builder.Services.AddRateLimitHeaders(CallerSnippets.LogIn);
        await using var app = builder.Build();
        app.UseRateLimitHeaders();
        app.MapPost("/log-in", ([FromForm] string password) => password == "right" ? Results.Ok() : Results.Unauthorized())
            .RequireRateLimiting("log-in").DisableAntiforgery();
        await app.StartAsync();
        using var client = app.GetTestClient();

        Assert.Equal(["4", "3", "2"], [await TryAsync("ada", "a"), await TryAsync("ada", "b"), await TryAsync("ada", "c")]);
        Assert.Equal(["4", "5"], [await TryAsync("bob", "a"), await TryAsync("bob", "right")]);
        Assert.Equal("1", await TryAsync("ada", "d"));
        Assert.Equal("5", await TryAsync("ada", "right"));

        async Task<string> TryAsync(string account, string password)
        {
            using var form = new FormUrlEncodedContent([new("account", account), new("password", password)]);
            using var response = await client.PostAsync(new Uri("/log-in", UriKind.Relative), form);
            Assert.Equal(password == "right" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, response.StatusCode);
            return Assert.Single(response.Headers.GetValues("X-RateLimit-Remaining"));
        }
    }

    [Fact]
    public async Task BytesOfADay_OfThePage_AreBackAtMidnight()
    {
        await using var api = await TestApi.StartAsync(
            limits => CallerSnippets.BytesOfADay(limits.Headers(headers => headers.Ietf())), web => web.MapGet("/", () => new string('a', 1_000)));
        await api.SendAsync();
        var midnight = new DateTimeOffset(2026, 5, 24, 0, 0, 0, TimeSpan.FromHours(2));

        Assert.Equal(
            $"\"bytes\";r=999999000;t={(midnight - ManualTimeProvider.Start).TotalSeconds}", (await api.SendAsync())["RateLimit"]);
    }

    private static async Task<string> StandingAsync(TestApi api, params string[] claims)
    {
        var response = await api.SendAsync(claims: claims.Length == 0 ? null : claims);
        return $"{response["X-RateLimit-Remaining"]} of {response["X-RateLimit-Limit"]}";
    }
}
