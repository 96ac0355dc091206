using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the id that a validator finds for a request header, which may take its time.</summary>
internal sealed class AwaitingHeaderRule(string headerName, string tokenType, Func<HttpContext, string, ValueTask<string?>> validate)
    : AwaitingPrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    private protected override object Setting => validate;

    public override ValueTask<RateLimitPrincipal?> ResolveAsync(HttpContext context)
    {
        if (HeaderRule.ValueOf(context, headerName) is not { } value)
        {
            return default;
        }

        var id = validate(context, value);
        return id.IsCompletedSuccessfully ? new(ToPrincipal(id.Result)) : AwaitAsync(id);
    }

    private async ValueTask<RateLimitPrincipal?> AwaitAsync(ValueTask<string?> id) => ToPrincipal(await id);
}
