using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The timeout of ASP.NET Core's <c>UseRequestTimeouts()</c>, which cancels the same token as a client that disconnects.</summary>
internal static class RequestTimeout
{
    /// <summary>Returns whether a request has a timeout that has expired.</summary>
    public static bool IsOver(HttpContext context) =>
        context.Features[typeof(IHttpRequestTimeoutFeature)] is IHttpRequestTimeoutFeature { RequestTimeoutToken.IsCancellationRequested: true };
}
