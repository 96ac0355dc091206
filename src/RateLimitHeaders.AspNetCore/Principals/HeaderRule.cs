using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Takes the value of a request header that a validator accepts. A header alone makes no principal.</summary>
internal sealed class HeaderRule(string headerName, string tokenType, Func<string, bool> validate)
    : PrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    private protected override object Setting => validate;

    public override bool TryResolve(HttpContext context, out RateLimitPrincipal principal)
    {
        var value = ValueOf(context, headerName);
        return TryTake(value is not null && validate(value) ? value : null, out principal);
    }

    /// <summary>Gets the one value of a header. With two values it is not known which of them the application uses.</summary>
    internal static string? ValueOf(HttpContext context, string headerName) =>
        context.Request.Headers.TryGetValue(headerName, out var values) && values is [{ Length: > 0 } value] ? value : null;
}
