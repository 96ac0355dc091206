using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

internal static class ServerAddress
{
    /// <summary>Gets the only address that a started host listens on, without a slash at its end.</summary>
    public static string Of(IServiceProvider services) =>
        services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
