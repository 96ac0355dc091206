using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What models of pages are derived from.</summary>
[RateLimitCost(10)]
public abstract class BasePageModel : PageModel;
