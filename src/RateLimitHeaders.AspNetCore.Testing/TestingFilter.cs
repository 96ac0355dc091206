using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>Gives requests the addresses that their clients have chosen, and makes probes read the standing of the callers.</summary>
internal sealed class TestingFilter : IStartupFilter
{
    /// <summary>The field in which a client sends its address.</summary>
    public const string AddressField = "RateLimit-Testing-Address";

    /// <summary>The field in which a client sends the id of its probe.</summary>
    public const string ProbeField = "RateLimit-Testing-Probe";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(PassAsync);
        next(app);
    };

    private static Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;

        // The application sees neither field.
        if (headers.Remove(AddressField, out var address))
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(address.ToString());
        }

        return headers.Remove(ProbeField, out var id) && Probe.Find(id.ToString()) is { } probe
            ? probe.PassAsync(context, next)
            : next(context);
    }
}
