namespace RateLimitHeaders.AspNetCore;

/// <summary>A time in which a store is not called.</summary>
/// <param name="Since">When it began, by this server's clock.</param>
/// <param name="Timestamp">The same moment, to measure its length by.</param>
/// <param name="Cause">The cause, or a later explanation if it began with an answer that did not come in time.</param>
/// <param name="Target">The target of the last failed call: probes go there, because another server of the store may work.</param>
internal sealed record Outage(DateTimeOffset Since, long Timestamp, StoreFailure Cause, ProbeTarget Target);
