namespace RateLimitHeaders.AspNetCore;

/// <summary>All settings of certain options.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="settings">The settings.</param>
internal sealed class SettingTable<TOptions>(params Setting<TOptions>[] settings) : SettingTable
{
    public override IReadOnlyList<Setting> Settings => settings;

    /// <summary>Reads all that a section says.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="isReadElsewhere">Tells whether a key that is no setting is read by something else; by default none is.</param>
    public void Read(SettingSection section, TOptions options, Func<SettingSection, bool>? isReadElsewhere = null)
    {
        if (!section.IsSection("give a section with settings"))
        {
            return;
        }

        foreach (var child in section.Children)
        {
            if (settings.FirstOrDefault(setting => string.Equals(setting.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting)
            {
                setting.Read(child.Named(setting.Name), options);
            }
            else if (isReadElsewhere?.Invoke(child) != true)
            {
                UnknownKeys.Add(child, [.. settings.Select(known => known.Name)]);
            }
        }
    }
}
