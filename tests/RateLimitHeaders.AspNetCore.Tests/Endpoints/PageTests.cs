using Microsoft.AspNetCore.Mvc.ApplicationParts;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Razor Pages are one endpoint for each route, whatever their handlers.</summary>
public class PageTests
{
    [Fact]
    public async Task Handlers_WithAttributes_AreWarnedOfOnce()
    {
        await using var api = await StartAsync();

        Assert.Equal(
            from name in (string[])["OnPost", "OnPut"]
            select (LogLevel.Warning, 92,
                $"Page handler TestPageModel.{name} has a rate limiting attribute, which has no effect, because a page is one endpoint. "
                + "Place the attribute on the page model, or give its policy a cost that is a function of the request."),
            Complaints.Of(api));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/Index")]
    public async Task Page_HasTheCostOfItsModel(string path)
    {
        await using var api = await StartAsync();

        Assert.Equal("98", (await api.SendAsync(path))["X-RateLimit-Remaining"]);
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(
        limits => limits.FixedWindow(100, TimeSpan.FromHours(1)),
        web => web.MapRazorPages(),
        services => services.AddRazorPages().ConfigureApplicationPartManager(
            parts => parts.ApplicationParts.Add(new CompiledRazorAssemblyPart(typeof(TestPage).Assembly))));
}
