namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// All of a quota but its limit: what the counted state of a caller means. A quota whose limit changes goes on with its
/// state; one whose shape changes starts anew.
/// </summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Name">The name of the quota.</param>
/// <param name="Unit">The quota unit.</param>
/// <param name="Window">The window in ticks of 100 ns; 0 for none.</param>
/// <param name="Detail">
/// Of a sliding window the number of segments, of a fixed window 1 if it is aligned to the clock,
/// otherwise 0; of a calendar window a hash of its period, its time zone and the first day of its weeks.
/// </param>
public readonly record struct QuotaShape(QuotaAlgorithm Algorithm, string Name, string Unit, long Window, long Detail);
