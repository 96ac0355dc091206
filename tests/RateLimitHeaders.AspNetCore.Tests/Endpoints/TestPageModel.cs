using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A model with attributes, and with handlers that have some in vain.</summary>
[RateLimitCost(2)]
public class TestPageModel : BasePageModel
{
#pragma warning disable CA1822 // Razor Pages find no static handlers.
    public void OnGet()
    {
    }

    [EnableRateLimiting("strict")]
    [RateLimitCost(4)]
    public void OnPost()
    {
    }

    [DisableRateLimiting]
    public void OnPut()
    {
    }
#pragma warning restore CA1822
}
