using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A default policy limits whatever gets to the middleware, with an endpoint or without one.</summary>
public sealed class WithoutEndpointTests : IDisposable
{
    // ASP.NET Core looks for the list of static assets beside the program, by the name of the application.
    private static readonly string s_application = $"site-{Guid.NewGuid():N}";
    private static readonly string s_assets = Path.Combine(AppContext.BaseDirectory, $"{s_application}.staticwebassets.endpoints.json");

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory();

    public WithoutEndpointTests()
    {
        File.WriteAllText(Path.Combine(_files.FullName, "logo.svg"), "<svg/>");
        File.WriteAllText(Path.Combine(_files.FullName, "app.css"), "a {}");
        File.WriteAllText(
            s_assets,
            """
            {
              "Version": 1, "ManifestType": "Publish",
              "Endpoints": [ {
                "Route": "app.css", "AssetFile": "app.css", "Selectors": [], "EndpointProperties": [],
                "ResponseHeaders": [
                  { "Name": "Content-Type", "Value": "text/css" }, { "Name": "Content-Length", "Value": "4" },
                  { "Name": "ETag", "Value": "\"a\"" }, { "Name": "Last-Modified", "Value": "Thu, 01 Jan 2026 00:00:00 GMT" } ]
              } ]
            }
            """);
    }

    [Fact]
    public async Task Requests_OfASite_TakePermitsWhereverTheyGetToTheMiddleware()
    {
        await using var site = await StartAsync(app =>
        {
            app.UseRateLimitHeaders();
            app.UseStaticFiles();
            app.MapStaticAssets();
            app.MapHealthChecks("/health");
        });

        Assert.Equal("/health 200 9, /app.css 200 8, /logo.svg 200 7, /nowhere 404 6", await SendAsync(site));
    }

    [Fact]
    public async Task Snippet_OfTheDocument_ExemptsWhatIsNoCallOfTheApi()
    {
        await using var site = await StartAsync(Snippets.Site);

        Assert.Equal("/health 200 -, /app.css 200 -, /logo.svg 200 -, /nowhere 404 9", await SendAsync(site));
    }

    public void Dispose()
    {
        _files.Delete(recursive: true);
        File.Delete(s_assets);
    }

    private static async Task<string> SendAsync(WebApplication site)
    {
        var told = new List<string>();
        foreach (var path in (string[])["/health", "/app.css", "/logo.svg", "/nowhere"])
        {
            var (status, remaining, _) = await site.SendAsync(path);
            told.Add($"{path} {status} {remaining ?? "-"}");
        }

        return string.Join(", ", told);
    }

    private async Task<WebApplication> StartAsync(Action<WebApplication> use)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = s_application, WebRootPath = _files.FullName, EnvironmentName = "Production" });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        builder.Services.AddHealthChecks();
        builder.Services.AddRateLimitHeaders(limits => limits.FixedWindow(10, TimeSpan.FromMinutes(1)));
        var app = builder.Build();
        use(app);
        await app.StartAsync();
        return app;
    }
}
