using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.TestHost;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Connects to the hub of a test with SignalR's own client.</summary>
internal static class HubTesting
{
    public const string Path = "/hub";

    /// <summary>Has invocations limited.</summary>
    public static void AddHubs(IServiceCollection services) => services.AddSignalR().AddRateLimitHeaders();

    /// <summary>Adds the policies that the hub requires; those beside "calls" reject nothing, unless the test says otherwise.</summary>
    public static void AddPolicies(
        RateLimitsBuilder limits,
        Action<PolicyBuilder>? calls = null,
        Action<PolicyBuilder>? strict = null,
        Action<PolicyBuilder>? costly = null,
        Action<PolicyBuilder>? slots = null) => limits
        .AddPolicy("calls", calls ?? RejectNothing)
        .AddPolicy("strict", strict ?? RejectNothing)
        .AddPolicy("costly", costly ?? RejectNothing)
        .AddPolicy("slots", slots ?? RejectNothing);

    /// <summary>Maps the hub. Connections are not limited, so that tests count invocations alone.</summary>
    public static void MapHub(WebApplication app) => app.MapHub<TestHub>(Path).DisableRateLimiting();

    /// <summary>Connects, by WebSockets or by long polling.</summary>
    /// <param name="api">The host.</param>
    /// <param name="user">The user that connects.</param>
    /// <param name="transport">The transport.</param>
    public static async Task<HubConnection> ConnectAsync(
        this TestApi api, string user = "ann", HttpTransportType transport = HttpTransportType.WebSockets)
    {
        var server = (TestServer)api.Services.GetRequiredService<IServer>();
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(server.BaseAddress, Path), options =>
            {
                options.Transports = transport;
                options.SkipNegotiation = transport == HttpTransportType.WebSockets;
                options.Headers["Test-Claims"] = $"sub={user}";
                options.HttpMessageHandlerFactory = _ => server.CreateHandler();
                options.WebSocketFactory = async (context, cancellationToken) =>
                {
                    var client = server.CreateWebSocketClient();
                    client.ConfigureRequest = request => request.Headers["Test-Claims"] = context.Options.Headers["Test-Claims"];
                    return await client.ConnectAsync(context.Uri, cancellationToken);
                };
            })
            .Build();
        await connection.StartAsync();
        return connection;
    }

    /// <summary>Invokes a method.</summary>
    /// <returns>The answer, or the message of the error.</returns>
    public static async Task<string> CallAsync(this HubConnection connection, string method, params object?[] arguments)
    {
        try
        {
            return await connection.InvokeCoreAsync<string>(method, arguments.Length == 0 ? ["hello"] : arguments);
        }
        catch (Microsoft.AspNetCore.SignalR.HubException exception)
        {
            return exception.Message;
        }
    }

    private static void RejectNothing(PolicyBuilder policy) => policy.FixedWindow("second", 1_000_000, TimeSpan.FromSeconds(1));
}
