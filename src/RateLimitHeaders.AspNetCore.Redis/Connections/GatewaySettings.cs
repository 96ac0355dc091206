namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>How a gateway behaves.</summary>
/// <param name="Deadline">How long a call may take.</param>
/// <param name="Prefix">What the keys begin with, and so the key of probes before there was any other.</param>
/// <param name="Meanwhile">What happens to requests in an outage, as a clause: "limits are counted in this server's memory".</param>
/// <param name="RefusesMeanwhile">Whether requests are refused in an outage.</param>
/// <param name="SharesCalls">Whether calls are to have the keys of several callers where a script sees all keys.</param>
internal sealed record GatewaySettings(TimeSpan Deadline, string Prefix, string Meanwhile, bool RefusesMeanwhile = false, bool SharesCalls = false);
