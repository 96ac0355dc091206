namespace RateLimitHeaders.AspNetCore;

/// <summary>Marks in the services that <c>AddRateLimitHeaders(limits => …)</c> was called with limits.</summary>
internal sealed class RegisteredLimits;
