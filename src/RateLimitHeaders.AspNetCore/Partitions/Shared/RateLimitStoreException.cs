namespace RateLimitHeaders.AspNetCore;

/// <summary>A failed call of a <see cref="RateLimitStore"/>, with the reason for logs and health checks.</summary>
public sealed class RateLimitStoreException : Exception
{
    /// <summary>Creates the exception of a call that came to nothing.</summary>
    /// <param name="kind">What is at fault.</param>
    /// <param name="message">The reason, as logs tell it.</param>
    /// <param name="innerException">What the client library threw, if anything.</param>
    public RateLimitStoreException(StoreFailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Gets what is at fault.</summary>
    public StoreFailureKind Kind { get; }
}
