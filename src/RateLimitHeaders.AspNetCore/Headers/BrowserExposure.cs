using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Allows scripts of other origins to read the fields: adds their names to <c>Access-Control-Expose-Headers</c> (the Fetch standard,
/// section 3.3.3), in addition to those of the CORS policy.
/// </summary>
/// <remarks>
/// CORS writes its fields when the response starts, and replaces existing values. Callbacks run in the reverse order of their
/// registration, so that this one has to be registered first: at the very beginning of the pipeline, by a start-up filter.
/// </remarks>
internal sealed class BrowserExposure(IServiceProvider services, UnusedLimitsWarning usage) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        // Pipelines are built from their end, so that it is known here whether this one has limits.
        app.Use(next => usage.AreUsed ? Wrap(next, services.GetRequiredService<RateLimitRuntime>()) : next);
        next(app);
    };

    private static RequestDelegate Wrap(RequestDelegate next, RateLimitRuntime runtime) => context =>
    {
        if (context.Request.Headers.Origin.Count > 0 && runtime.Current is { Definition.Headers.ExposeToBrowsers: true } snapshot)
        {
            ExposeLater(context.Response, snapshot.Handling.Headers.ExposedNames);
        }

        return next(context);
    };

    // In a method of its own: otherwise each request would allocate the object for the variables of the callback.
    private static void ExposeLater(HttpResponse response, IReadOnlyList<string> names) => response.OnStarting(() =>
    {
        Expose(response.Headers, names);
        return Task.CompletedTask;
    });

    /// <summary>Adds the names of the fields that a response carries, if the response is for another origin.</summary>
    private static void Expose(IHeaderDictionary headers, IReadOnlyList<string> names)
    {
        if (headers.AccessControlAllowOrigin.Count == 0)
        {
            return;
        }

        // To a browser that sends credentials, * is the name of a field and not a wildcard.
        var hasWildcards = headers.AccessControlAllowCredentials.Count == 0;
        List<string> exposed = [.. headers.GetCommaSeparatedValues(HeaderNames.AccessControlExposeHeaders)];
        var count = exposed.Count;
        foreach (var name in names)
        {
            if (headers.ContainsKey(name) && !exposed.Contains(name, StringComparer.OrdinalIgnoreCase) && !(hasWildcards && exposed.Contains("*")))
            {
                exposed.Add(name);
            }
        }

        if (exposed.Count > count)
        {
            headers.AccessControlExposeHeaders = string.Join(",", exposed);
        }
    }
}
