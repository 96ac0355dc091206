using System.Net;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>
/// Extension methods that make a client of an application a caller of its own, get its standing, and exhaust its limits. The application
/// requires <c>services.AddRateLimitTesting(…)</c> and must run in the process of the test.
/// </summary>
public static class RateLimitClientExtensions
{
    /// <summary>
    /// Gives all requests of a client a client address. Without one, requests of <c>TestServer</c> have no address, so that all anonymous
    /// callers are one caller.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="address">
    /// The IP address, such as <c>192.0.2.1</c> or <c>2001:db8::1</c>. By default IPv6 addresses of one /64 are one caller.
    /// </param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException"><paramref name="address"/> is no IP address.</exception>
    public static HttpClient FromAddress(this HttpClient client, string address)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (!IPAddress.TryParse(address, out var parsed))
        {
            throw new ArgumentException($"\"{address}\" is not an IP address.", nameof(address));
        }

        client.DefaultRequestHeaders.Remove(TestingFilter.AddressField);
        client.DefaultRequestHeaders.Add(TestingFilter.AddressField, parsed.ToString());
        return client;
    }

    /// <summary>
    /// Gets the standing of a client under the limits of a GET request, as
    /// <see cref="GetStandingAsync(HttpClient, HttpRequestMessage, CancellationToken)"/> does.
    /// </summary>
    /// <param name="client">The client, with everything that identifies the caller.</param>
    /// <param name="path">The path, and query, of a limited endpoint.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The standing of the caller.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited.</exception>
    public static Task<CallerStanding> GetStandingAsync(this HttpClient client, string path, CancellationToken cancellationToken = default) =>
        GetStandingAsync(client, new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>
    /// Gets the standing of a client under the limits of a request. The request passes through the pipeline like any other, up to the
    /// endpoint, which does not run, and the permits that it took are given back. If no fixed window is open, the request opens one.
    /// A limiter of the application takes no permits back, so that each call takes one of its permits.
    /// </summary>
    /// <param name="client">The client, with everything that identifies the caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The standing of the caller.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited.</exception>
    public static Task<CallerStanding> GetStandingAsync(this HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        ProbeAsync(client, request, new Probe(exhausts: false, quota: null), cancellationToken);

    /// <summary>
    /// Takes all permits that a client has left under the limits of a GET request, as
    /// <see cref="ExhaustAsync(HttpClient, HttpRequestMessage, string?, CancellationToken)"/> does.
    /// </summary>
    /// <param name="client">The client, with everything that identifies the caller.</param>
    /// <param name="path">The path, and query, of a limited endpoint.</param>
    /// <param name="quota">The only quota to exhaust; all by default.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The standing of the caller afterwards.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited, or permits are left.</exception>
    public static Task<CallerStanding> ExhaustAsync(this HttpClient client, string path, string? quota = null, CancellationToken cancellationToken = default) =>
        ExhaustAsync(client, new HttpRequestMessage(HttpMethod.Get, path), quota, cancellationToken);

    /// <summary>
    /// Takes all permits that a client has left under the limits of a request, whatever the limit, so that its next request is rejected. It
    /// sends one request, which passes through the pipeline like any other, up to the endpoint, which does not run. Permits of a
    /// concurrency quota are not taken, because running requests hold them.
    /// </summary>
    /// <param name="client">The client, with everything that identifies the caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="quota">The only quota to exhaust; all by default.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>The standing of the caller afterwards.</returns>
    /// <exception cref="RateLimitAssertionException">
    /// The request is not limited, or permits are left, because a limiter of the application decides, which cannot be charged, or because another
    /// quota rejects the request.
    /// </exception>
    public static async Task<CallerStanding> ExhaustAsync(this HttpClient client, HttpRequestMessage request, string? quota = null, CancellationToken cancellationToken = default)
    {
        var standing = await ProbeAsync(client, request, new Probe(exhausts: true, quota), cancellationToken);
        var isExhausted = quota is not null ? standing[quota].Remaining == 0
            : standing.IsRejected || standing.Statuses.Any(status => status.Remaining == 0 && Probe.Charges(status));
        return isExhausted ? standing : throw new RateLimitAssertionException(
            "The caller could not be exhausted. Limiters of the application and concurrency quotas cannot be charged; "
            + $"no quota is charged if another one rejects the request. {standing}.");
    }

    private static async Task<CallerStanding> ProbeAsync(HttpClient client, HttpRequestMessage request, Probe probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        using (probe)
        using (request)
        {
            probe.Register();
            request.Headers.Add(TestingFilter.ProbeField, probe.Id);
            using var response = await client.SendAsync(request, cancellationToken);
            if (!probe.IsReceived)
            {
                throw new RateLimitAssertionException(
                    $"{Subject(request)} reached no application with services.AddRateLimitTesting(…). Call it where the test creates the application, in this process.");
            }

            await probe.WaitAsync(cancellationToken);
            return probe.Standing ?? throw new RateLimitAssertionException(
                $"{Subject(request)} is not limited: {probe.WhyNotLimited ?? $"it was answered with {(int)response.StatusCode} before UseRateLimitHeaders() had decided."}");
        }
    }

    private static string Subject(HttpRequestMessage request) => $"{request.Method} {request.RequestUri}";
}
