using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>A request as the server saw it, and the fields of its response.</summary>
/// <param name="At">The monotonic time at which it arrived.</param>
/// <param name="WallClock">The wall clock then.</param>
/// <param name="Answered">The wall clock as the response started. What the response tells was decided between the two.</param>
/// <param name="Status">The status of the response.</param>
/// <param name="Fields">The fields of the response.</param>
public sealed record ServedRequest(
    TimeSpan At, DateTimeOffset WallClock, DateTimeOffset Answered, int Status, IReadOnlyDictionary<string, string> Fields)
{
    public bool IsRejected => Status == 429;

    /// <summary>Gets what the response told in <c>Retry-After</c>.</summary>
    public TimeSpan RetryAfter => TimeSpan.FromSeconds(int.Parse(Fields["Retry-After"], CultureInfo.InvariantCulture));

    /// <summary>Gets the permits that the response showed as left.</summary>
    public string Remaining => Fields["X-RateLimit-Remaining"];

    /// <summary>Gets the moment that <c>X-RateLimit-Reset</c> names.</summary>
    public DateTimeOffset Reset => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Fields["X-RateLimit-Reset"], CultureInfo.InvariantCulture));
}
