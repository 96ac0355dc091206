using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Razor.Hosting;
using RateLimitHeaders.AspNetCore.Tests;

[assembly: RazorCompiledItem(typeof(TestPage), "mvc.1.0.razor-page", "/Pages/Index.cshtml")]

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A page as the Razor compiler makes it, without a text.</summary>
public class TestPage : Page
{
    public TestPageModel Model => (TestPageModel)PageContext.ViewData.Model!;

    public override Task ExecuteAsync() => Task.CompletedTask;
}
