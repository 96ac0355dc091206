namespace RateLimitHeaders.AspNetCore;

/// <summary>The findings of reading configuration, in addition to the settings themselves.</summary>
internal sealed class SettingFindings
{
    private readonly HashSet<string> _unread = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _items = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _overridden = [];
    private readonly List<string> _missing = [];

    public ConfigurationErrors Errors { get; } = new();

    /// <summary>Gets the paths of settings that code has set to something else.</summary>
    public IReadOnlyList<string> Overridden => _overridden;

    /// <summary>Gets the paths of sections that should contain limits, and that configuration does not have.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Marks a section that configuration does not have.</summary>
    public void MarkMissing(string path) => _missing.Add(path);

    /// <summary>Marks a setting that was read.</summary>
    /// <param name="path">The setting.</param>
    /// <param name="isOtherwise">Whether it had another value before: set by code, unless an earlier section has changed it.</param>
    public void MarkRead(string path, bool isOtherwise)
    {
        if (_read.Add(path) && isOtherwise)
        {
            _overridden.Add(path);
        }
    }

    /// <summary>Returns whether configuration contains a setting.</summary>
    public bool IsRead(string path) => _read.Contains(path);

    /// <summary>Returns whether configuration contains a setting of a section.</summary>
    public bool IsReadBelow(string path) => IsAnyBelow(path, _read);

    /// <summary>Records the place of an item in configuration: lists omit keys and unreadable items, and one rule may represent several.</summary>
    /// <param name="path">The path of the list.</param>
    /// <param name="index">The index of the item in the options.</param>
    /// <param name="key">The path of the item in configuration.</param>
    public void MarkItem(string path, int index, string key) => _items[$"{path}:{index}"] = key;

    /// <summary>Returns the path in configuration for a path in the options.</summary>
    public string PathOf(string path) => _items.GetValueOrDefault(path, path);

    /// <summary>Marks a setting whose value could not be read, so that no other error is reported about the value that it has kept.</summary>
    public void MarkUnread(string path) => _unread.Add(path);

    /// <summary>Returns whether a setting, or a section that contains it, could not be read.</summary>
    public bool IsUnread(string path)
    {
        // It is called for each error, and therefore does not walk through all unread settings.
        var unread = _unread.GetAlternateLookup<ReadOnlySpan<char>>();
        var section = path.AsSpan();
        while (!unread.Contains(section))
        {
            var end = section.LastIndexOf(':');
            if (end < 0)
            {
                return false;
            }

            section = section[..end];
        }

        return true;
    }

    /// <summary>Returns whether a setting, a section that contains it, or something in it, could not be read.</summary>
    public bool IsUnreadInPart(string path) => IsUnread(path) || IsAnyBelow(path, _unread);

    private static bool IsAnyBelow(string path, HashSet<string> settings)
    {
        var section = $"{path}:";
        return settings.Any(setting => setting.StartsWith(section, StringComparison.OrdinalIgnoreCase));
    }
}
