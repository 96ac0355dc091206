namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Settings for banning callers that keep sending requests after they were rejected. A ban rejects them for a time and does not change
/// their quotas.
/// </summary>
public sealed class BanOptions
{
    /// <summary>Gets or sets the number of rejections after which a caller is banned, 1 or more; the default is 10.</summary>
    public int After { get; set; } = 10;

    /// <summary>
    /// Gets or sets the time within which the rejections must occur, counted from the first one; above zero and at most 36,525 days. The
    /// default is a minute. Servers that share a store that keeps bans count rejections together; other servers count their own.
    /// </summary>
    public TimeSpan Within { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets how long a ban lasts, above zero and at most 36,525 days; the default is ten minutes. If the
    /// violated quota requires a longer wait, the ban lasts that long, so that a caller is admitted again after <c>Retry-After</c>.
    /// </summary>
    public TimeSpan Lasting { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Gets or sets a value indicating whether each request of a banned caller restarts the ban. The default is
    /// <see langword="false"/>. Other servers that share a store learn of a restart after an eighth of the ban, but at least a second.
    /// </summary>
    public bool Extends { get; set; }

    internal BanOptions Copy() => (BanOptions)MemberwiseClone();
}
