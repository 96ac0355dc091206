namespace RateLimitHeaders.AspNetCore;

/// <summary>Which header families responses carry, and how. <see cref="HeaderWriters"/> makes the writers of it.</summary>
/// <param name="XRateLimit">The <c>X-RateLimit-*</c> fields; <see langword="null"/> for none.</param>
/// <param name="Ietf">The fields of an IETF draft; <see langword="null"/> for none.</param>
/// <param name="NearLimit">The share of a limit below which its caller is near the limit.</param>
/// <param name="AdvertisedRate">The rate above which permits are not advertised, per second; infinite for no cap.</param>
/// <param name="MaxJitter">By how much times are told later at most.</param>
internal sealed record HeadersDefinition(
    XRateLimitSettings? XRateLimit, IetfSettings? Ietf, double NearLimit, double AdvertisedRate, TimeSpan MaxJitter);
