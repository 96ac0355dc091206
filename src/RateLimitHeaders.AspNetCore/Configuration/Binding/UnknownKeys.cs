namespace RateLimitHeaders.AspNetCore;

/// <summary>Adds errors of unknown keys. The value is not repeated, because it may be meant for a secret setting.</summary>
internal static class UnknownKeys
{
    /// <summary>Adds the error of a key.</summary>
    /// <param name="section">Where the key is.</param>
    /// <param name="known">The names of the settings.</param>
    public static void Add(SettingSection section, IReadOnlyList<string> known)
    {
        var nearest = known.MinBy(name => NearestName.Distance(name, section.Key))!;
        var remedy = NearestName.Distance(nearest, section.Key) <= Math.Max(2, section.Key.Length / 3)
            ? $"correct it to {nearest}, or leave it out."
            : $"leave it out. The settings here are {string.Join(", ", known)}.";
        section.AddError(RateLimitErrorIds.SettingUnknown, $"There is no setting {section.Key}; {remedy}");
    }
}
