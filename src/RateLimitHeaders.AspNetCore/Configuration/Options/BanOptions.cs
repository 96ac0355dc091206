namespace RateLimitHeaders.AspNetCore;

/// <summary>When callers that keep sending requests after they were rejected are banned: rejected for a time, without touching their quotas.</summary>
public sealed class BanOptions
{
    /// <summary>Gets or sets the number of rejections after which a caller is banned, 1 or more; the default is 10.</summary>
    public int After { get; set; } = 10;

    /// <summary>
    /// Gets or sets the time within which the rejections must occur, counted from the first one; above zero and at most 36,525 days. The
    /// default is a minute. Servers that share a store which keeps bans count rejections together; each other server counts its own.
    /// </summary>
    public TimeSpan Within { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets how long a ban lasts, above zero and at most 36,525 days; the default is ten minutes. A caller that the quota
    /// lets wait for longer is banned until that is over, so that <c>Retry-After</c> is the moment at which it is admitted again.
    /// </summary>
    public TimeSpan Lasting { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets or sets a value indicating whether each request of a banned caller has the ban begin again. The default is
    /// <see langword="false"/>. Other servers that share a store hear of it when an eighth of the ban has passed, and a second at least.
    /// </summary>
    public bool Extends { get; set; }

    internal BanOptions Copy() => (BanOptions)MemberwiseClone();
}
