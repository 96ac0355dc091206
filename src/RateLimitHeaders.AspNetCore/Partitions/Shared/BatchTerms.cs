namespace RateLimitHeaders.AspNetCore;

/// <summary>What a store grants as a batch.</summary>
/// <param name="Extra">The permits beside the cost of the request, of every quota; 0 for no batch.</param>
/// <param name="Usable">How long they may be used from the decision on.</param>
/// <param name="End">When the store ends the batch by itself, in a number of its own by which it finds the batch again.</param>
/// <param name="UntilLastBatchEnds">How long until the last batch of the caller ends that any server holds; zero for none.</param>
public readonly record struct BatchTerms(int Extra, TimeSpan Usable, long End, TimeSpan UntilLastBatchEnds);
