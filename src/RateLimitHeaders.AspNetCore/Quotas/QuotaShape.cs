namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Everything of a quota except its limit: the meaning of a caller's counted state. A quota whose limit changes continues with its
/// state; a quota whose shape changes starts again from zero.
/// </summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Name">The name of the quota.</param>
/// <param name="Unit">The quota unit.</param>
/// <param name="Window">The window in ticks of 100 ns; 0 for none.</param>
/// <param name="Detail">
/// For a sliding window the number of segments; for a fixed window 1 if it is aligned to the clock,
/// otherwise 0; for a calendar window a hash of its period, its time zone and the first day of its weeks.
/// </param>
public readonly record struct QuotaShape(QuotaAlgorithm Algorithm, string Name, string Unit, long Window, long Detail);
