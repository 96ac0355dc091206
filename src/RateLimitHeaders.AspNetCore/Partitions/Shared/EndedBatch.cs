namespace RateLimitHeaders.AspNetCore;

/// <summary>A batch that a server has stopped using.</summary>
/// <param name="Decision">The decision with which the batch was granted: when and where its permits were counted.</param>
/// <param name="Left">The number of its permits that were not used, and are given back.</param>
public sealed record EndedBatch(RateLimitDecision Decision, int Left);
