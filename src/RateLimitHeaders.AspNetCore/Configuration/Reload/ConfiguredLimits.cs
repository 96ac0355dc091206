using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Combines configuration and code; configuration takes precedence.</summary>
internal sealed class ConfiguredLimits
{
    /// <summary>The section that is read if no other was given.</summary>
    public const string SectionName = "RateLimitHeaders";

    private readonly IServiceProvider _services;

    public ConfiguredLimits(IServiceProvider services)
    {
        _services = services;
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

    /// <summary>Creates options from code and configuration, which takes precedence.</summary>
    /// <param name="code">The options of code. They are not changed.</param>
    public RateLimitHeadersOptions Over(RateLimitHeadersOptions code)
    {
        var options = code.Copy();

        // A store may have a section of its own.
        var store = _services.GetService<RateLimitStore>();
        foreach (var section in Sections)
        {
            if (section.Exists())
            {
                LimitsSettings.Read(new SettingSection(section, string.Empty, options.Findings), options, store);
            }
            else
            {
                options.Findings.MarkMissing(section.Path);
            }
        }

        return options;
    }
}
