using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A controller with limits of its own for forms.</summary>
[ApiController]
public class FormController : ControllerBase
{
    [HttpPost("/form")]
    [RequestFormLimits(ValueLengthLimit = 100)]
    public string Answer([FromForm] string account, [FromForm] string password) =>
        account.Length > 0 && password.Length > 0 ? CallerApi.Answer(HttpContext) : "no form";
}
