using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

[ApiController]
[Route("patterned")]
public class PatternedController : ControllerBase
{
    [HttpGet("{id}")]
    public IActionResult Get(string id) => Content(id);
}
