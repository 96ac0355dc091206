namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a section whose keys are names, each with a value.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="name">The name of the setting.</param>
/// <param name="kind">The kind of the values.</param>
/// <param name="get">Gets the value that code has set for a name; <see langword="null"/> for none.</param>
/// <param name="set">Sets the value of a name.</param>
/// <param name="names">The possible names; none if they are chosen freely.</param>
internal sealed class NamedValuesSetting<TOptions, T>(
    string name, SettingKind<T> kind, Func<TOptions, string, object?> get, Action<TOptions, string, T> set, params string[] names)
    : Setting<TOptions>(name)
{
    public override SettingKind Kind => kind;

    /// <summary>Gets the possible names; none if they are chosen freely.</summary>
    public IReadOnlyList<string> Names => names;

    public override void Read(SettingSection section, TOptions options)
    {
        if (!section.IsSection("give a section whose keys are names"))
        {
            return;
        }

        foreach (var child in section.Children)
        {
            if (names.Length > 0 && !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                child.AddUnknown(names);
            }
            else if (kind.TryRead(child, out var value))
            {
                var before = get(options, child.Key);
                set(options, child.Key, value!);
                section.Findings.MarkRead(child.Path, isOtherwise: before is not null && !Equals(before, value));
            }
        }
    }
}
