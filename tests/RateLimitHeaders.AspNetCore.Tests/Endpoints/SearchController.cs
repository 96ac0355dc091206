using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller under a policy, with an action under another and one under none.</summary>
[Route("search")]
[EnableRateLimiting("search")]
public class SearchController : ControllerBase
{
    [HttpGet]
    public IActionResult Search() => Ok("found");

    [HttpGet("deep")]
    [EnableRateLimiting("deep")]
    public IActionResult SearchDeep() => Ok("found");

    [HttpGet("off")]
    [DisableRateLimiting]
    public IActionResult SearchFreely() => Ok("found");
}
