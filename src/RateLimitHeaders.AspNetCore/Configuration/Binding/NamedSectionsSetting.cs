namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a section whose keys are names, each with a section of settings.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="TChild">The options of each name.</typeparam>
/// <param name="name">The name of the setting.</param>
/// <param name="get">Gets the options by their names.</param>
/// <param name="table">The settings of each.</param>
internal sealed class NamedSectionsSetting<TOptions, TChild>(
    string name, Func<TOptions, OrderedDictionary<string, TChild>> get, SettingTable<TChild> table) : Setting<TOptions>(name)
    where TChild : class, new()
{
    public override SettingTable Table => table;

    public override void Read(SettingSection section, TOptions options)
    {
        if (!section.IsSection("give a section whose keys are names"))
        {
            return;
        }

        var named = get(options);
        foreach (var child in section.Children)
        {
            // Keys of configuration are not case-sensitive, so that a name is the one that code has set, if there is one.
            var key = named.ContainsKey(child.Key)
                ? child.Key
                : named.Keys.FirstOrDefault(known => string.Equals(known, child.Key, StringComparison.OrdinalIgnoreCase)) ?? child.Key;
            if (!named.TryGetValue(key, out var found))
            {
                named.Add(key, found = new TChild());
            }

            table.Read(child.Named(key), found);
        }
    }
}
