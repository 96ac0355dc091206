using System.Globalization;
using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A response as text, so that a test can state all of it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The header fields, a line each, in the order in which they came.</param>
/// <param name="Body">The body.</param>
public sealed record TestResponse(HttpStatusCode Status, IReadOnlyList<string> Headers, string Body)
{
    /// <summary>Gets the header lines that are not the server's own business (type and length of the body).</summary>
    public string LimitHeaders => string.Join('\n', Headers.Where(line => !line.StartsWith("Content-", StringComparison.Ordinal)));

    /// <summary>Gets status, limit headers and body, as a person reads them.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{(int)Status}\n{string.Join('\n', Headers)}\n\n{Body}");

    /// <summary>Gets the value of a header field; <see langword="null"/> if it is not there.</summary>
    public string? this[string name] => Headers
        .Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 2)..])
        .SingleOrDefault();

    public static async Task<TestResponse> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        [.. response.Headers.Concat(response.Content.Headers).Select(field => $"{field.Key}: {string.Join(", ", field.Value)}")],
        await response.Content.ReadAsStringAsync());
}
