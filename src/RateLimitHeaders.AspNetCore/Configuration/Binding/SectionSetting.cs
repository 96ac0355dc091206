namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a section of settings.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="TChild">The options of the section.</typeparam>
/// <param name="name">The name.</param>
/// <param name="get">Gets the options of the section.</param>
/// <param name="table">The settings of the section.</param>
/// <param name="emptyError">Why an empty section is an error, and the remedy; <see langword="null"/> if an empty section is the same as an absent one.</param>
internal sealed class SectionSetting<TOptions, TChild>(
    string name, Func<TOptions, TChild> get, SettingTable<TChild> table, string? emptyError = null) : Setting<TOptions>(name)
    where TChild : new()
{
    public override SettingTable Table => table;

    public override void Read(SettingSection section, TOptions options)
    {
        // An empty section and null are the same to configuration, and create no options.
        if (section.HasChildren || !string.IsNullOrEmpty(section.Value))
        {
            table.Read(section, get(options));
        }
        else if (emptyError is not null)
        {
            section.AddError(RateLimitErrorIds.SectionEmpty, $"{Name} is empty, {emptyError}.");
        }
    }
}
