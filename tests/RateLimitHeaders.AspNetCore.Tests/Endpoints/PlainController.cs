using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller that says nothing of rate limits.</summary>
[Route("plain")]
public class PlainController : ControllerBase
{
    [HttpGet]
    public IActionResult Get() => Ok("plain");
}
