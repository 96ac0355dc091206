using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller without limits, one of whose actions asks for one in vain.</summary>
[Route("free")]
[DisableRateLimiting]
public class FreeController : ControllerBase
{
    [HttpGet]
    public IActionResult Get() => Ok("free");

    [HttpGet("enabled")]
    [EnableRateLimiting("search")]
    public IActionResult GetEnabled() => Ok("free");
}
