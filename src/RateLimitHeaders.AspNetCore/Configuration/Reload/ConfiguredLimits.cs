using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Lays configuration on top of what code says.</summary>
internal sealed class ConfiguredLimits
{
    /// <summary>The section that is read by itself, where no other was given.</summary>
    public const string SectionName = "RateLimitHeaders";

    public ConfiguredLimits(IServiceProvider services)
    {
        IConfigurationSection[] given = [.. services.GetServices<LimitsSection>().Select(limits => limits.Section)];
        HasGivenSections = given.Length > 0;
        Sections = HasGivenSections ? given
            : services.GetService<IConfiguration>() is { } configuration ? [configuration.GetSection(SectionName)]
            : [];
    }

    /// <summary>Gets the sections, of which later ones win.</summary>
    public IReadOnlyList<IConfigurationSection> Sections { get; }

    /// <summary>Gets a value indicating whether the application has named the sections.</summary>
    public bool HasGivenSections { get; }

    /// <summary>Makes options of what code says and what configuration says, which wins.</summary>
    /// <param name="code">What code says. It is not changed.</param>
    /// <param name="store">The store that counts the plans, which may have a section of its own; <see langword="null"/> for none.</param>
    public RateLimitHeadersOptions Over(RateLimitHeadersOptions code, RateLimitStore? store)
    {
        var options = code.Copy();
        foreach (var section in Sections.Where(section => section.Exists()))
        {
            LimitsSettings.Read(new SettingSection(section, string.Empty, options.Findings), options, store);
        }

        return options;
    }
}
