namespace RateLimitHeaders.AspNetCore;

/// <summary>A batch that a server has stopped using.</summary>
/// <param name="Decision">The decision that the batch came with: when and where its permits were counted.</param>
/// <param name="Left">How many of its permits were not used, and come back.</param>
public sealed record EndedBatch(RateLimitDecision Decision, int Left);
