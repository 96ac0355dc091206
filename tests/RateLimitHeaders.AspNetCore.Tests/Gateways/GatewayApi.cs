extern alias gateway;

using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration.Memory;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The sample of a gateway, as it is, before a backend of the test's and on a clock of the test's.</summary>
internal sealed class GatewayApi : WebApplicationFactory<gateway::Program>
{
    // What a server adds on its own to every response.
    private static readonly string[] s_ofTheServer = ["Date", "Server", "Transfer-Encoding", "Content-Type", "Content-Length"];

    /// <summary>What the start says of the policy that no route names yet.</summary>
    public const string SearchIsUnused = "The policy \"search\" is the policy of no endpoint, and neither the default nor the global one: it limits no "
        + "request. Require it with RequireRateLimiting(\"search\"), give it Endpoints (those with methods take precedence), make it the DefaultPolicy, or remove it.";

    private readonly MemoryConfigurationProvider _settings = new(new MemoryConfigurationSource());
    private readonly Action<RateLimitHeadersOptions> _limits;
    private readonly RecordingLogger _log = new();
    private readonly HttpClient _client;

    public GatewayApi(Backend backend, Action<RateLimitHeadersOptions>? limits = null, params (string Key, string Value)[] settings)
    {
        _limits = limits ?? (static _ => { });
        _settings.Set("ReverseProxy:Clusters:backend:Destinations:one:Address", backend.Url);
        foreach (var (key, value) in settings)
        {
            _settings.Set(key, value);
        }

        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        StartServer();
        _client = CreateClient();
    }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>Gets what the library logged that calls for an action.</summary>
    public IEnumerable<string> Complaints => _log.Entries.Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message);

    public async Task<TestResponse> GetAsync(string path = "/orders/7")
    {
        using var response = await _client.GetAsync(path);
        return await TestResponse.ReadAsync(response);
    }

    /// <summary>Gets status, and the header lines that are not the server's own business, sorted.</summary>
    public async Task<string> AskAsync(string path = "/orders/7")
    {
        var response = await GetAsync(path);
        return string.Join('\n', response.Headers
            .Where(line => !s_ofTheServer.Contains(line.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Prepend($"{(int)response.Status}"));
    }

    /// <summary>Adds a route to the configuration, or changes one, and waits for the proxy to have it.</summary>
    public Task SetRouteAsync(string name, string path, string? policy)
    {
        var route = $"ReverseProxy:Routes:{name}:";
        _settings.Set(route + "ClusterId", "backend");
        _settings.Set(route + "Match:Path", path);
        _settings.Set(route + "RateLimiterPolicy", policy);
        var endpoints = Services.GetRequiredService<EndpointDataSource>();
        var before = endpoints.Endpoints;
        ((IConfigurationRoot)Services.GetRequiredService<IConfiguration>()).Reload();
        return Eventually.IsTrueAsync(() => endpoints.Endpoints != before, "The proxy has the routes that it had.");
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .ConfigureAppConfiguration(configuration => configuration.Add(new Settings(_settings)))
        .ConfigureLogging(logging => logging.ClearProviders().AddProvider(_log))
        .ConfigureServices(services => services.AddSingleton<TimeProvider>(Time).Configure(_limits));

    protected override void Dispose(bool disposing)
    {
        _client?.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Settings(MemoryConfigurationProvider provider) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => provider;
    }
}
