namespace RateLimitHeaders.AspNetCore;

/// <summary>The exception of a failed call of a <see cref="RateLimitStore"/>, with the reason for logs and health checks.</summary>
public sealed class RateLimitStoreException : Exception
{
    /// <summary>Creates the exception of a call that failed.</summary>
    /// <param name="kind">The cause of the failure.</param>
    /// <param name="message">The reason, as logs report it.</param>
    /// <param name="innerException">The exception of the client library, if there is one.</param>
    public RateLimitStoreException(StoreFailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Gets the cause of the failure.</summary>
    public StoreFailureKind Kind { get; }
}
