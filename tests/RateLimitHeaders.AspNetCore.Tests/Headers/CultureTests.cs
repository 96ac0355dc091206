using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CultureTests
{
    [Theory]
    [InlineData(ResetFormat.UnixSeconds, "1779545237")]
    [InlineData(ResetFormat.Iso8601, "2026-05-23T14:07:17Z")]
    [InlineData(ResetFormat.HttpDate, "Sat, 23 May 2026 14:07:17 GMT")]
    public async Task Headers_RequestOfAnotherCulture_AreInvariant(ResetFormat format, string reset)
    {
        var culture = CultureThatPrintsOtherwise();
        string? seen = null;
        await using var api = await TestApi.StartAsync(
            limits => limits
                .TokenBucket("rate", 952.38095238095, TimeSpan.FromHours(1))
                .Headers(headers => headers.XRateLimit(options => options.Reset = format).Ietf()),
            web => web.MapGet("/", (HttpContext context) =>
            {
                seen = string.Create(CultureInfo.CurrentCulture, $"{-1.5}");
                return context.Response.WriteAsync("hello");
            }),
            before: web => web.Use((HttpContext context, RequestDelegate next) =>
            {
                CultureInfo.CurrentCulture = culture;
                return next(context);
            }));

        // A token comes back in 3.78 s.
        Assert.Equal(
            $"""
            200
            X-RateLimit-Limit: 952.38095238095
            X-RateLimit-Remaining: 951
            X-RateLimit-Reset: {reset}
            RateLimit: "rate";r=951;t=3
            RateLimit-Policy: "rate";q=952;w=3600

            hello
            """,
            (await api.SendAsync()).Text);
        Assert.Equal("~1,5", seen);
    }

    /// <summary>As de-DE and others do, which cannot be created where globalization is invariant.</summary>
    private static CultureInfo CultureThatPrintsOtherwise()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.TimeSeparator = ".";
        culture.DateTimeFormat.DateSeparator = ".";
        culture.DateTimeFormat.AbbreviatedDayNames = ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"];
        return culture;
    }
}
