namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Reads limits from JSON without a host.</summary>
internal static class Configured
{
    /// <summary>Lays the content of the section <c>RateLimitHeaders</c> on top of what code says.</summary>
    public static RateLimitHeadersOptions Read(string json, Action<RateLimitsBuilder>? code = null)
    {
        var options = Definitions.OptionsOf(code ?? (_ => { })).Copy();
        LimitsSettings.Read(new SettingSection(Section(json), string.Empty, options.Findings), options, store: null);
        return options;
    }

    public static RateLimitDefinition Define(string json, Action<RateLimitsBuilder>? code = null) => Definitions.Of(Read(json, code));

    public static IReadOnlyList<RateLimitConfigurationError> ErrorsOf(string json, Action<RateLimitsBuilder>? code = null) =>
        Definitions.ErrorsOf(Read(json, code));

    /// <summary>Gets the section <c>RateLimitHeaders</c> with a content.</summary>
    public static IConfigurationSection Section(string json) => ConfigurationText.Section(json);
}
