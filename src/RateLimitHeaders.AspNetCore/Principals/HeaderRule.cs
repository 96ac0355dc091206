using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes what a validator makes of a request header: nobody becomes a principal by sending a header.</summary>
internal sealed class HeaderRule(string headerName, string tokenType, Func<HttpContext, string, ValueTask<string?>> validate)
    : AwaitingPrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context)
    {
        // Two values are one too many to know which the application will believe.
        if (!context.Request.Headers.TryGetValue(headerName, out var values) || values is not [{ Length: > 0 } value])
        {
            return default;
        }

        var id = validate(context, value);
        return id.IsCompletedSuccessfully ? new(ToPrincipal(id.Result)) : AwaitAsync(id);
    }

    private async ValueTask<RateLimitPrincipal?> AwaitAsync(ValueTask<string?> id) => ToPrincipal(await id);
}
