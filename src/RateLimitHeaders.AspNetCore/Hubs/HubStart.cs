using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Makes the runtime before the server starts, so that what hubs require is checked even where no pipeline has the middleware.
/// </summary>
internal sealed class HubStart(IServiceProvider services) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        // By then all hubs are mapped, and the pipeline has given its limits.
        next(app);
        services.GetRequiredService<MappedEndpoints>().Complete();
        services.GetRequiredService<RateLimitRuntime>();
    };
}
