using Microsoft.Playwright;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>A headless Chromium of this machine, once for all tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // A cold start on a busy machine takes half a minute.
    private const int MostTime = 120_000;

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    internal static Tool Tool { get; } = new(
        ["chromium", "chromium-browser", "google-chrome"],
        "The tests run scripts in a browser",
        "install Chromium (on Debian: apt-get install chromium).");

    public async Task InitializeAsync()
    {
        // As long as clicks are waited for.
        Assertions.SetDefaultExpectTimeout(MostTime);
        var chromium = Tool.Find();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Timeout = MostTime,

            // The sandbox does not work for root.
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
        });
    }

    /// <summary>Opens a page in a session of its own, which shares no cache with others.</summary>
    public async Task<IPage> OpenAsync(string address)
    {
        var page = await _browser.NewPageAsync();
        page.SetDefaultTimeout(MostTime);
        await page.GotoAsync(address);
        return page;
    }

    public async Task DisposeAsync()
    {
        // Nothing of it is there if starting it failed.
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
