namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>What Redis says of a batch.</summary>
/// <param name="Extra">The permits beside those that were asked for.</param>
/// <param name="Usable">How long they may be used from the decision on.</param>
/// <param name="End">When the script ends the batch by itself, by which it finds it again.</param>
internal readonly record struct BatchTerms(int Extra, TimeSpan Usable, double End);
