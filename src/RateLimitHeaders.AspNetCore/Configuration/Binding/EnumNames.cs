namespace RateLimitHeaders.AspNetCore;

/// <summary>Reads the names of an enumeration, whatever their case.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal static class EnumNames<T>
    where T : struct, Enum
{
    private static readonly string[] s_names = Enum.GetNames<T>();

    /// <summary>Gets the kind of a setting that is one of the names. Numbers are not accepted.</summary>
    public static SettingKind<T> Kind { get; } = new(static _ => $"give {Choice(s_names)}", Read) { Schema = "string", Names = s_names };

    /// <summary>Gets the kind of a setting that is one of the names, or null.</summary>
    public static SettingKind<T?> KindOrNull { get; } = new(static _ => $"give {Choice([.. s_names, "null"])}", Read)
    {
        Schema = "string",
        Names = s_names,
        AllowsNull = true,
    };

    /// <summary>Gets the kind of a setting that is several names, separated by commas.</summary>
    public static SettingKind<T> KindOfSeveral { get; } = new(
        static _ => $"give one or more of {string.Join(", ", s_names)}, with commas between them", ReadSeveral)
    {
        Schema = "names",
        Names = s_names,
    };

    public static bool TryRead(string text, out T value)
    {
        value = default;
        return s_names.Contains(text, StringComparer.OrdinalIgnoreCase) && Enum.TryParse(text, ignoreCase: true, out value);
    }

    private static object? Read(string text) => TryRead(text, out var value) ? value : null;

    private static object? ReadSeveral(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries).All(part => TryRead(part, out _)) ? Enum.Parse<T>(text, ignoreCase: true) : null;

    private static string Choice(string[] names) => $"{string.Join(", ", names[..^1])} or {names[^1]}";
}
