using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>Extension methods that assert the rate limit fields of responses, in any test framework.</summary>
public static class RateLimitResponseExtensions
{
    private const string RetryAfter = "Retry-After";

    /// <summary>
    /// Asserts the rate limit fields of a response: those whose name contains <c>RateLimit</c> or <c>Rate-Limit</c>, <c>Retry-After</c>,
    /// and the expected fields. The case of their names does not matter, as in HTTP/2.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="fields">The fields, one a line, such as <c>X-RateLimit-Limit: 60</c>, in any order; empty for none.</param>
    /// <returns>The response.</returns>
    /// <exception cref="RateLimitAssertionException">The response has other fields.</exception>
    public static HttpResponseMessage AssertRateLimitFields(this HttpResponseMessage response, string fields)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(fields);
        string[] expected = [.. fields.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.OrdinalIgnoreCase)];
        var names = expected.Select(line => line.Split(':')[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // Names are the same in any case (RFC 9110, section 5.1), and HTTP/2 writes them in lower case.
        string[] actual =
        [
            .. response.Headers.NonValidated
                .Where(field => names.Contains(field.Key) || IsOfRateLimits(field.Key))
                .Select(field => $"{(names.TryGetValue(field.Key, out var name) ? name : field.Key)}: {field.Value}")
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        if (expected.SequenceEqual(actual, StringComparer.Ordinal))
        {
            return response;
        }

        var lines = expected.Union(actual, StringComparer.Ordinal)
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(line => (!actual.Contains(line) ? "- " : !expected.Contains(line) ? "+ " : "  ") + line);
        throw new RateLimitAssertionException(
            $"""
            {Subject(response)} with other rate limit fields than expected ("-" expected, "+" actual):

            {string.Join('\n', lines)}
            """);
    }

    /// <summary>Asserts that a request was rejected: its response is a 429 or a 503.</summary>
    /// <param name="response">The response.</param>
    /// <param name="retryAfter">The expected <c>Retry-After</c>, in whole seconds; any time, or none, by default.</param>
    /// <returns>The response.</returns>
    /// <exception cref="RateLimitAssertionException">The request was admitted, or <c>Retry-After</c> has another value.</exception>
    public static HttpResponseMessage AssertRejected(this HttpResponseMessage response, TimeSpan? retryAfter = null)
    {
        ArgumentNullException.ThrowIfNull(response);
        if ((int)response.StatusCode is not (429 or 503))
        {
            throw new RateLimitAssertionException($"{Subject(response)}, and was expected to be rejected.");
        }

        if (retryAfter is not { } wait)
        {
            return response;
        }

        var expected = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var actual = response.Headers.NonValidated.TryGetValues(RetryAfter, out var values) ? values.ToString() : null;
        return actual == expected
            ? response
            : throw new RateLimitAssertionException(
                $"{Subject(response)} {(actual is null ? $"without {RetryAfter}" : $"and {RetryAfter}: {actual}")}, where {RetryAfter}: {expected} was expected.");
    }

    private static bool IsOfRateLimits(string name) =>
        name.Contains("RateLimit", StringComparison.OrdinalIgnoreCase)
        || name.Contains("Rate-Limit", StringComparison.OrdinalIgnoreCase)
        || name.Equals(RetryAfter, StringComparison.OrdinalIgnoreCase);

    private static string Subject(HttpResponseMessage response)
    {
        var request = response.RequestMessage;
        return $"{(request is null ? "A request" : $"{request.Method} {request.RequestUri}")} was answered with {(int)response.StatusCode}";
    }
}
