using System.Net;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>
/// Makes a client of an application a caller of its own, asks where it stands, and exhausts it. The application needs
/// <c>services.AddRateLimitTesting(…)</c>, and runs in the process of the test.
/// </summary>
public static class RateLimitClientExtensions
{
    /// <summary>
    /// Has all requests of a client come from an address. Without it those of <c>TestServer</c> come from none, so that all anonymous
    /// callers are one.
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
            throw new ArgumentException($"\"{address}\" is no IP address.", nameof(address));
        }

        client.DefaultRequestHeaders.Remove(TestingFilter.AddressField);
        client.DefaultRequestHeaders.Add(TestingFilter.AddressField, parsed.ToString());
        return client;
    }

    /// <summary>Asks where a client stands with what a GET request is limited by, as <see cref="GetStandingAsync(HttpClient, HttpRequestMessage, CancellationToken)"/> does.</summary>
    /// <param name="client">The client, with all that identifies the caller.</param>
    /// <param name="path">The path, and query, of a limited endpoint.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited.</exception>
    public static Task<CallerStanding> GetStandingAsync(this HttpClient client, string path, CancellationToken cancellationToken = default) =>
        GetStandingAsync(client, new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>
    /// Asks where a client stands with what a request is limited by. The request passes the pipeline as any other does, up to the
    /// endpoint, which does not run, and is given back what it took. Where no fixed window is open, it opens one.
    /// A limiter of the application takes nothing back, so that each look takes a permit of it.
    /// </summary>
    /// <param name="client">The client, with all that identifies the caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited.</exception>
    public static Task<CallerStanding> GetStandingAsync(this HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        ProbeAsync(client, request, new Probe(exhausts: false, quota: null), cancellationToken);

    /// <summary>Takes all that a client has left of what a GET request is limited by, as <see cref="ExhaustAsync(HttpClient, HttpRequestMessage, string?, CancellationToken)"/> does.</summary>
    /// <param name="client">The client, with all that identifies the caller.</param>
    /// <param name="path">The path, and query, of a limited endpoint.</param>
    /// <param name="quota">The only quota to exhaust; all by default.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="RateLimitAssertionException">The request is not limited, or something is left.</exception>
    public static Task<CallerStanding> ExhaustAsync(this HttpClient client, string path, string? quota = null, CancellationToken cancellationToken = default) =>
        ExhaustAsync(client, new HttpRequestMessage(HttpMethod.Get, path), quota, cancellationToken);

    /// <summary>
    /// Takes all that a client has left of what a request is limited by, whatever the limit, so that its next request is rejected. It
    /// takes one request, which passes the pipeline as any other does, up to the endpoint, which does not run. Permits of a
    /// concurrency quota are left alone, since running requests hold them.
    /// </summary>
    /// <param name="client">The client, with all that identifies the caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="quota">The only quota to exhaust; all by default.</param>
    /// <param name="cancellationToken">Cancels waiting for the answer.</param>
    /// <returns>Where the caller stands then.</returns>
    /// <exception cref="RateLimitAssertionException">
    /// The request is not limited, or something is left: a limiter of the application decides, which cannot be charged, or another
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
                    $"{Subject(request)} reached no application with services.AddRateLimitTesting(…). Call it where the test makes the application, in this process.");
            }

            await probe.WaitAsync(cancellationToken);
            return probe.Standing ?? throw new RateLimitAssertionException(
                $"{Subject(request)} is not limited: {probe.WhyNotLimited ?? $"it was answered with {(int)response.StatusCode} before UseRateLimitHeaders() had decided."}");
        }
    }

    private static string Subject(HttpRequestMessage request) => $"{request.Method} {request.RequestUri}";
}
