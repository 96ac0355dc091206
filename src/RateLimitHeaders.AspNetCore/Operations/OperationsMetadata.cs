namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Metadata of endpoints that report rate limits. They are never limited, whatever configuration sets for them: a rejected caller can still
/// find out why.
/// </summary>
/// <param name="IsForOperators">Whether the endpoint is for operators, and requires authorization.</param>
internal sealed record OperationsMetadata(bool IsForOperators);
