using System.Security.Claims;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A host that knows nothing of rate limits until the test says so.</summary>
internal static class BareHost
{
    public static WebApplication Build(Action<RateLimitsBuilder>? limits = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider());
        if (limits is not null)
        {
            builder.Services.AddRateLimitHeaders(limits);
        }

        services?.Invoke(builder.Services);
        return builder.Build();
    }

    public static async Task<(int Status, string? Remaining, string? RetryAfter)> SendAsync(
        this WebApplication app, string path = "/", string? user = null, string? address = null, CancellationToken cancellationToken = default)
    {
        var context = await app.GetTestServer().SendAsync(
            request =>
            {
                request.Request.Method = HttpMethods.Get;
                request.Request.Path = path;
                request.Connection.RemoteIpAddress = address is null ? null : System.Net.IPAddress.Parse(address);
                if (user is not null)
                {
                    request.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], "Test"));
                }
            },
            cancellationToken);

        var headers = context.Response.Headers;
        return (context.Response.StatusCode, OrNull(headers["X-RateLimit-Remaining"]), OrNull(headers.RetryAfter));
    }

    private static string? OrNull(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
