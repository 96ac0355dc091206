using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller whose actions cost differently.</summary>
[Route("costly")]
[RateLimitCost(4)]
public class CostlyController : ControllerBase
{
    [HttpGet("class")]
    public IActionResult OfClass() => Content("class");

    [HttpGet("method")]
    [RateLimitCost(7)]
    [RateLimitCost(2, QuotaOrUnit = "small")]
    public IActionResult OfMethod() => Content("method");
}
