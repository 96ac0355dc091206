namespace RateLimitHeaders.AspNetCore;

/// <summary>The data that is kept of a decision of a <see cref="CompareAndSwapStore"/>. It never changes.</summary>
/// <param name="Number">The number by which permits are held; 0 for none.</param>
/// <param name="At">The moment of the last charge. A state that began later does not contain it.</param>
internal sealed record StateCharge(long Number, long At);
