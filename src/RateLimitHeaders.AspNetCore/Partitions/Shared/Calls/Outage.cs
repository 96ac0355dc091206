namespace RateLimitHeaders.AspNetCore;

/// <summary>A time in which a store is not asked.</summary>
/// <param name="Since">When it began, by this server's clock.</param>
/// <param name="Timestamp">The same moment, to measure its length by.</param>
/// <param name="Cause">What began it, or what was told later, if it began with an answer that did not come in time.</param>
/// <param name="Target">What the call asked that failed last: probes go there, since another server of the store may be well.</param>
internal sealed record Outage(DateTimeOffset Since, long Timestamp, StoreFailure Cause, ProbeTarget Target);
