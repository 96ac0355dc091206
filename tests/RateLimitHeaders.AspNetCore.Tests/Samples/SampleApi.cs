using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The sample, as it is, on a port of the loopback address and a clock of the test's.</summary>
public sealed class SampleApi : WebApplicationFactory<Program>
{
    // What a server adds on its own to every response.
    private static readonly string[] s_ofTheServer = ["Date", "Server", "Transfer-Encoding", "Content-Type", "Content-Length"];

    private readonly HttpClient _client;

    public SampleApi()
    {
        // UseKestrel(port) sets the port while the sample starts already, and now and then comes too late.
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        StartServer();
        _client = CreateClient();
    }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>Sends a request over HTTP.</summary>
    /// <param name="token">The bearer token; none by default.</param>
    /// <param name="path">The path and query.</param>
    /// <param name="json">The body, which is posted; by default there is none, and the method is GET.</param>
    public async Task<TestResponse> GetAsync(string? token = null, string path = "/2.0/repositories", string? json = null)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request);
        return await TestResponse.ReadAsync(response);
    }

    /// <summary>Sends as many requests as are admitted, without a pause.</summary>
    /// <returns>The first rejection.</returns>
    public async Task<TestResponse> ExhaustAsync(int limit, string? token = null, string path = "/2.0/repositories")
    {
        for (var i = 0; i < limit; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(token, path)).Status);
        }

        return await GetAsync(token, path);
    }

    /// <summary>Gets the header lines that are not the server's own business, sorted.</summary>
    public static string LimitHeaders(TestResponse response) => string.Join('\n', response.Headers
        .Where(line => !s_ofTheServer.Contains(line.Split(':')[0], StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal));

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .ConfigureLogging(logging => logging.ClearProviders())
        .ConfigureServices(services => services.AddSingleton<TimeProvider>(Time));

    protected override void Dispose(bool disposing)
    {
        _client?.Dispose();
        base.Dispose(disposing);
    }
}
