using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>All settings of certain options.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="example">A section, as errors show it; <see langword="null"/> if none is short enough.</param>
/// <remarks>A setting has the name of the property that it gets, taken from the text of the lambda expression: <c>o => o.Cost</c>.</remarks>
internal sealed class SettingTable<TOptions>(string? example = null) : SettingTable
    where TOptions : new()
{
    private readonly List<Setting<TOptions>> _settings = [];

    public override IReadOnlyList<Setting> Settings => _settings;

    public SettingTable<TOptions> Add(Setting<TOptions> setting)
    {
        _settings.Add(setting);
        return this;
    }

    public SettingTable<TOptions> Value<T>(
        SettingKind<T> kind, Func<TOptions, T?> get, Action<TOptions, T> set, [CallerArgumentExpression(nameof(get))] string getter = "") =>
        Value(PropertyOf(getter), kind, options => get(options), set);

    public SettingTable<TOptions> Value<T>(
        string name, SettingKind<T> kind, Func<TOptions, object?> get, Action<TOptions, T> set, params string[] forms) =>
        Add(new ValueSetting<TOptions, T>(name, kind, get, set, forms));

    public SettingTable<TOptions> List<T>(
        SettingKind<T> kind, Func<TOptions, IList<T>> get, [CallerArgumentExpression(nameof(get))] string getter = "") =>
        Add(new ListSetting<TOptions, T>(PropertyOf(getter), kind, get));

    public SettingTable<TOptions> Section<TChild>(
        Func<TOptions, TChild> get, SettingTable<TChild> table, string? emptyError = null, [CallerArgumentExpression(nameof(get))] string getter = "")
        where TChild : new() =>
        Add(new SectionSetting<TOptions, TChild>(PropertyOf(getter), get, table, emptyError));

    public SettingTable<TOptions> NamedSections<TChild>(
        Func<TOptions, OrderedDictionary<string, TChild>> get, SettingTable<TChild> table, [CallerArgumentExpression(nameof(get))] string getter = "")
        where TChild : class, new() =>
        Add(new NamedSectionsSetting<TOptions, TChild>(PropertyOf(getter), get, table));

    public SettingTable<TOptions> NamedValues<T>(
        string name, SettingKind<T> kind, Func<TOptions, string, object?> get, Action<TOptions, string, T> set, params string[] names) =>
        Add(new NamedValuesSetting<TOptions, T>(name, kind, get, set, names));

    /// <summary>Reads all settings of a section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options to change.</param>
    /// <param name="isReadElsewhere">Returns whether other code reads a key that is not a setting; by default none does.</param>
    public void Read(SettingSection section, TOptions options, Func<SettingSection, bool>? isReadElsewhere = null)
    {
        if (!section.IsSection(example is null ? "give a section with settings" : $"give a section with settings, such as {example}"))
        {
            return;
        }

        foreach (var child in section.Children)
        {
            if (_settings.FirstOrDefault(setting => string.Equals(setting.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is { } setting)
            {
                setting.Read(child.Named(setting.Name), options);
            }
            else if (isReadElsewhere?.Invoke(child) != true)
            {
                child.AddUnknown([.. _settings.Select(known => known.Name)]);
            }
        }
    }

    // "o => o.Ban ??= new()" gets "Ban".
    private static string PropertyOf(string getter) => getter[(getter.IndexOf('.') + 1)..].Split(' ')[0];
}
