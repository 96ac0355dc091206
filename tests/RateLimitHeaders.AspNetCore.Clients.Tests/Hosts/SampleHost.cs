using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>The sample on Kestrel, at a port of the loopback address and on the real clock.</summary>
public sealed class SampleHost : WebApplicationFactory<Program>
{
    private readonly Action<OrderedDictionary<string, QuotaOptions>>? _quotas;

    /// <param name="quotas">Changes the quotas of the sample's search, as configuration could; none to leave them.</param>
    public SampleHost(Action<OrderedDictionary<string, QuotaOptions>>? quotas)
    {
        _quotas = quotas;
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        StartServer();
        Search = $"{ServerAddress.Of(Services)}/2.0/search?q=web";
    }

    public RequestLog Requests { get; } = new();

    /// <summary>Gets the address of the endpoint that the quotas limit.</summary>
    public string Search { get; }

    /// <summary>
    /// Sends requests as a caller that no test looks at, so that what is compiled at its first use delays no answer to others.
    /// </summary>
    /// <param name="requests">How many, of which some should be rejected.</param>
    public async Task WarmUpAsync(int requests)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Test-Caller", "warm-up");
        for (var i = 0; i < requests; i++)
        {
            using var response = await client.GetAsync(new Uri(Search));
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .ConfigureLogging(logging => logging.ClearProviders())
        .ConfigureServices(services =>
        {
            services.AddSingleton<IStartupFilter>(Requests);
            services.PostConfigure<RateLimitHeadersOptions>(options =>
            {
                var search = options.Policies["search"];
                _quotas?.Invoke(search.Quotas);

                // The other endpoint of the policy costs more than some of these limits, and is not called.
                search.EndpointCosts["/2.0/search/code"] = new EndpointCostOptions { Cost = 0 };
            });
        });
}
