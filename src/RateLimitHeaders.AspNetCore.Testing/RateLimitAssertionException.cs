namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>The exception of an assertion that does not hold in a test. Every test framework reports it as a failure.</summary>
public sealed class RateLimitAssertionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was expected, and what was found.</param>
    public RateLimitAssertionException(string message)
        : base(message)
    {
    }
}
