namespace RateLimitHeaders.AspNetCore;

/// <summary>Metadata of endpoints that tell of rate limits: a caller that is rejected can still find out why, whatever configuration says of them.</summary>
/// <param name="IsForOperators">Whether operators act by the endpoint, which requires authorization.</param>
internal sealed record OperationsMetadata(bool IsForOperators);
