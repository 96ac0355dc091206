using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Tests;

public class SetupChecksTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task ForwardedFor_WithoutItsMiddleware_IsSaidOnce()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, s_minute));
        await api.SendAsync(headers: ("X-Forwarded-For", "203.0.113.7"));
        await api.SendAsync(headers: ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(
            [(LogLevel.Warning, 38,
                "A request with X-Forwarded-For is limited by the address of the proxy that sent it, so that all callers behind the proxy share "
                + "a limit. Call UseForwardedHeaders() before UseRateLimitHeaders(), with the proxies that are known.")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Cors_AfterTheLimits_IsSaidOnce()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.FixedWindow(1, s_minute), services: services => services.AddCors());
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        Assert.Empty(Complaints.Of(api));
        await api.SendAsync(headers: ("Origin", "https://app.example"));
        await api.SendAsync(headers: ("Origin", "https://app.example"));

        Assert.Equal(
            [(LogLevel.Warning, 62,
                "A rejection of a cross-origin request carries no Access-Control-Allow-Origin, so that a browser reports a network error instead "
                + "of the status. Place UseCors() before UseRateLimitHeaders().")],
            Complaints.Of(api));
    }

    [Fact]
    public async Task Authentication_AfterTheLimits_IsSaidOnce()
    {
        await using var api = await TestApi.StartAsync(limits => limits.FixedWindow(5, s_minute), web =>
        {
            web.Use((context, next) =>
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ada")], "Test"));
                return next(context);
            });
            web.MapGet("/", () => "hello");
        });
        await api.SendAsync();
        await api.SendAsync();

        Assert.Equal(
            [(LogLevel.Warning, 36,
                "UseRateLimitHeaders() runs before UseAuthentication(): a request was limited by its client IP address, and its user was "
                + "authenticated later. Place UseRateLimitHeaders() after UseAuthentication().")],
            Complaints.Of(api));
    }
}
