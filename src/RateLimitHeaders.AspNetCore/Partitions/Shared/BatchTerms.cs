namespace RateLimitHeaders.AspNetCore;

/// <summary>A batch that a store grants.</summary>
/// <param name="Extra">The permits in addition to the cost of the request, of every quota; 0 for no batch.</param>
/// <param name="Usable">How long they may be used, from the decision on.</param>
/// <param name="End">When the store ends the batch by itself: a number of the store, by which it finds the batch again.</param>
/// <param name="UntilLastBatchEnds">The time until the last batch of the caller ends on any server; zero for none.</param>
public readonly record struct BatchTerms(int Extra, TimeSpan Usable, long End, TimeSpan UntilLastBatchEnds);
