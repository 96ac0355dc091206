using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

[ApiController]
[Route("slow")]
[EnableRateLimiting("slow")]
public class SlowController : ControllerBase
{
    [HttpGet]
    [ProducesResponseType<string>(StatusCodes.Status200OK)]
    [ProducesResponseType(StatusCodes.Status404NotFound)]
    public IActionResult Get() => NotFound();

    [HttpGet("free")]
    [DisableRateLimiting]
    public IActionResult Free() => Ok();
}
