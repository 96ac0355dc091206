namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The recipes of docs/clients.md, where a compiler sees them. Each method's body is one recipe.</summary>
internal static class Recipes
{
    public static void GitLab(HeadersBuilder headers) =>
        headers.GitHub().XRateLimit(x => { x.Prefix = "RateLimit-"; x.Rename(XRateLimitFields.Used, "RateLimit-Observed").Rename(XRateLimitFields.Resource, "RateLimit-Name"); });

    public static void X(HeadersBuilder headers) =>
        headers.XRateLimit(x => x.Prefix = "X-Rate-Limit-");

    public static void Okta(HeadersBuilder headers) =>
        headers.XRateLimit(x => x.Prefix = "X-Rate-Limit-");

    public static void Reddit(HeadersBuilder headers) =>
        headers.XRateLimit(x => { x.Fields = XRateLimitFields.Used | XRateLimitFields.Remaining | XRateLimitFields.Reset; x.Reset = ResetFormat.DeltaSeconds; });

    public static void Sentry(HeadersBuilder headers) =>
        headers.XRateLimit(x => x.Prefix = "X-Sentry-Rate-Limit-");

    public static void Cloudflare(HeadersBuilder headers) =>
        headers.Ietf();
}
