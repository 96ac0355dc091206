namespace RateLimitHeaders.AspNetCore;

/// <summary>All settings that a section can have. Another key is an error, because a typing error must not drop a limit.</summary>
internal abstract class SettingTable
{
    /// <summary>Gets the settings.</summary>
    public abstract IReadOnlyList<Setting> Settings { get; }
}
