using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Identifies callers by the result of a validator for a request header, which may be asynchronous.</summary>
/// <param name="headerName">The name of the header.</param>
/// <param name="tokenType">The token type.</param>
/// <param name="validator">The function of the application, which distinguishes rules.</param>
/// <param name="validate">Calls it.</param>
/// <param name="cacheTime">How long an identity is kept for a value; <see langword="null"/> to call the validator for each request.</param>
internal sealed class AwaitingHeaderRule(
    string headerName, string tokenType, Delegate validator, Func<HttpContext, string, ValueTask<RateLimitIdentity?>> validate, TimeSpan? cacheTime = null)
    : AwaitingPrincipalRule($"FromHeader(\"{headerName}\")", tokenType)
{
    public override IdentityCaching? Caching { get; } =
        cacheTime is { } time ? new IdentityCaching(time, context => HeaderRule.ValueOf(context, headerName)) : null;

    private protected override object Setting => (validator, cacheTime);

    public override ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context) =>
        HeaderRule.ValueOf(context, headerName) is { } value ? validate(context, value) : default;
}
