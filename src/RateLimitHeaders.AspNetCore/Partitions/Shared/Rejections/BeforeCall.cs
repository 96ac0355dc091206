namespace RateLimitHeaders.AspNetCore;

/// <summary>The state before a call of a store, which decides whether and until when a rejection by its answer is remembered.</summary>
/// <param name="Generation">The <see cref="RejectionMemory.Generation"/>.</param>
/// <param name="Moment">The moment of the call. The store decides later than that.</param>
internal readonly record struct BeforeCall(int Generation, long Moment);
