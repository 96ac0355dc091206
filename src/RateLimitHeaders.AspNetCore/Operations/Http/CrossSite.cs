using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Distinguishes requests that a page of another site makes a browser send from those of the page itself, so that no other site acts with
/// an operator's cookies. Browsers report it in <c>Sec-Fetch-Site</c>, and older ones in <c>Origin</c>; other clients send neither, and no cookies
/// that another site could make them send. No token is used, so that servers need no shared key.
/// </summary>
internal static class CrossSite
{
    public static bool Is(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !HasHostOf(request, uri));
    }

    // A proxy may end TLS, so that the scheme has no meaning here.
    private static bool HasHostOf(HttpRequest request, Uri origin) =>
        string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || (origin.IsDefaultPort && string.Equals(origin.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase) && request.Host.Port is null or 80 or 443);
}
