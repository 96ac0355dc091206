namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Which header families responses carry, and when. Without a choice they are <c>X-RateLimit-Limit</c>, <c>-Remaining</c> and
/// <c>-Reset</c>.
/// </summary>
public sealed class HeadersOptions
{
    /// <summary>The share of a limit below which a caller is near it: <c>0.2</c>, as Bitbucket has it.</summary>
    internal const double DefaultNearLimit = 0.2;

    /// <summary>Gets or sets when responses carry headers, where a plan or a policy does not say it itself; the default is always.</summary>
    public HeadersWhen When { get; set; }

    /// <summary>
    /// Gets or sets the share of a limit, above 0 and below 1: a caller that has less left is near the limit. The default is 0.2.
    /// </summary>
    public double NearLimit { get; set; } = DefaultNearLimit;

    /// <summary>
    /// Gets or sets the rate, in permits per second and 1 or more, above which permits are not shown as remaining (section
    /// "Resource exhaustion" of the IETF draft). It lowers what is shown, not what is granted. <see langword="null"/>, the default,
    /// is no cap.
    /// </summary>
    public double? AdvertisedRate { get; set; }

    /// <summary>
    /// Gets or sets by how much each response tells <c>t</c> and <c>Retry-After</c> later at most: a random time from zero to this,
    /// which is at most 36,525 days, so that callers do not all come back at the same moment. The default is zero.
    /// </summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Gets the settings of the <c>X-RateLimit-*</c> fields.</summary>
    public XRateLimitOptions XRateLimit { get; } = new();

    /// <summary>Gets the settings of the <c>RateLimit</c> and <c>RateLimit-Policy</c> fields.</summary>
    public IetfOptions Ietf { get; } = new();
}
