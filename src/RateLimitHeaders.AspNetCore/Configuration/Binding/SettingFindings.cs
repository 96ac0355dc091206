namespace RateLimitHeaders.AspNetCore;

/// <summary>What was found while configuration was read, beside the settings themselves.</summary>
internal sealed class SettingFindings
{
    private readonly HashSet<string> _unread = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _overridden = [];

    public ConfigurationErrors Errors { get; } = new();

    /// <summary>Gets the paths of settings that code has set to something else.</summary>
    public IReadOnlyList<string> Overridden => _overridden;

    public void Override(string path) => _overridden.Add(path);

    /// <summary>Marks a setting whose value could not be read, so that no other error is told of the value that it has kept.</summary>
    public void MarkUnread(string path) => _unread.Add(path);

    /// <summary>Tells whether a setting could not be read.</summary>
    public bool IsUnread(string path) => _unread.Contains(path);
}
