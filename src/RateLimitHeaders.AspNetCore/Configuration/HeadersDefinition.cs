namespace RateLimitHeaders.AspNetCore;

/// <summary>Which header families responses carry, and how.</summary>
/// <param name="Writers">The writers, one for each family or draft.</param>
/// <param name="NearLimit">The share of a limit below which its caller is near the limit.</param>
/// <param name="AdvertisedRate">The rate above which permits are not advertised, per second; infinite for no cap.</param>
/// <param name="MaxJitter">By how much times are told later at most.</param>
internal sealed record HeadersDefinition(EquatableList<HeaderWriter> Writers, double NearLimit, double AdvertisedRate, TimeSpan MaxJitter);
