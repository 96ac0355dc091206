namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// What was decided about a request, for what runs after the middleware: <c>context.Features.Get&lt;IRateLimitFeature&gt;()</c>.
/// It is there until the response is complete. Do not keep it beyond that: it serves the next request then.
/// </summary>
public interface IRateLimitFeature
{
    /// <summary>Gets the name of the policy that applied; <see langword="null"/> if the request is not limited.</summary>
    string? PolicyName { get; }

    /// <summary>
    /// Gets who is calling; <see langword="null"/> if the request is not limited, and where a foreign partition decides by
    /// itself.
    /// </summary>
    RateLimitPrincipal? Principal { get; }

    /// <summary>Gets a value indicating whether the request was refused.</summary>
    bool IsRefused { get; }

    /// <summary>Gets how long a refused caller must wait; <see langword="null"/> if it was granted, no wait helps or it is not known.</summary>
    TimeSpan? RetryAfter { get; }

    /// <summary>Gets where the caller stands with each quota.</summary>
    ReadOnlySpan<QuotaStatus> Statuses { get; }

    /// <summary>Gets why the response carries no rate limit headers; <see langword="null"/> if it does.</summary>
    string? WhyNoHeaders { get; }

    /// <summary>
    /// Charges more permits for a request that turns out to cost more, whether or not they fit. The headers tell it if the
    /// response has not started. Does nothing where a foreign limiter decides, or the request was refused or is not limited.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    void Charge(int permits);

    /// <summary>
    /// Gives permits back for a request that turns out to cost less, never more than it took. The headers tell it if the
    /// response has not started. Does nothing where a foreign limiter decides, or the request was refused or is not limited.
    /// </summary>
    /// <param name="permits">How many, 0 or more.</param>
    void Refund(int permits);
}
