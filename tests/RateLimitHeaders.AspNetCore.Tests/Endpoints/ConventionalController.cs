using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller whose routes are those of a convention.</summary>
public class ConventionalController : ControllerBase
{
    public IActionResult Index(string? id) => Content($"index {id}");

    public IActionResult Other(string? id) => Content($"other {id}");
}
