using Microsoft.Extensions.Configuration;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A place in configuration that is being read.</summary>
/// <param name="Section">The section.</param>
/// <param name="Path">Where it is in the settings, with the names of settings as they are documented.</param>
/// <param name="Findings">The findings so far.</param>
internal sealed record SettingSection(IConfigurationSection Section, string Path, SettingFindings Findings)
{
    /// <summary>Gets the key as it is written.</summary>
    public string Key => Section.Key;

    /// <summary>Gets the place that contains this one; <see langword="null"/> for the outermost.</summary>
    public SettingSection? Parent { get; private init; }

    /// <summary>Gets the last part of the path.</summary>
    public string Name => Path.Length == 0 ? Key : Path[(Path.LastIndexOf(':') + 1)..];

    public string? Value => Section.Value;

    /// <summary>Gets the sections below, by their keys as they are written.</summary>
    public IEnumerable<SettingSection> Children => Below.Select(child => Child(child, child.Key));

    public bool HasChildren => Below.Count > 0;

    public string ChildNames => string.Join(", ", Below.Select(child => child.Key));

    // GetChildren looks at all keys of configuration, those of all other sections included, each time that it is called.
    private IReadOnlyList<IConfigurationSection> Below => field ??= [.. Section.GetChildren()];

    /// <summary>Returns this place with another name for the last part of its path.</summary>
    public SettingSection Named(string name) => this with { Path = Path[..^Name.Length] + name };

    /// <summary>Adds an error of this place. Its setting keeps its value.</summary>
    public void AddError(string id, string message)
    {
        Findings.MarkUnread(Path);
        Findings.Errors.Add(id, Path, message);
    }

    /// <summary>Adds the error of an unknown key. The value is not repeated, because it may be meant for a secret setting.</summary>
    /// <param name="known">The names of the settings.</param>
    public void AddUnknown(IReadOnlyList<string> known)
    {
        var nearest = known.MinBy(name => NearestName.Distance(name, Key))!;
        var remedy = NearestName.Distance(nearest, Key) <= Math.Max(2, Key.Length / 3)
            ? $"correct it to {nearest}, or leave it out."
            : $"leave it out. The settings here are {string.Join(", ", known)}.";
        AddError(RateLimitErrorIds.SettingUnknown, $"There is no setting {Key}; {remedy}");
    }

    /// <summary>Returns whether this is a section, or else adds an error. An empty one has no value, or an empty text.</summary>
    /// <remarks>
    /// The error does not repeat the value, which may be a secret: a list's only item, or a connection string instead of a store's settings.
    /// </remarks>
    public bool IsSection(string remedy)
    {
        if (string.IsNullOrEmpty(Value))
        {
            return true;
        }

        AddError(RateLimitErrorIds.SettingForm, $"{Name} is a single value; {remedy}.");
        return false;
    }

    /// <summary>Returns the value of another key in the same section; <see langword="null"/> for none.</summary>
    public string? Sibling(string key) => Parent?.Section[key];

    /// <summary>Returns whether configuration has given one of the settings beside this one, or this one, before.</summary>
    public bool IsAnyRead(IEnumerable<string> settings) => settings.Any(setting => Findings.IsRead(Named(setting).Path));

    private SettingSection Child(IConfigurationSection child, string name) =>
        new(child, Path.Length == 0 ? name : $"{Path}:{name}", Findings) { Parent = this };
}
