using Microsoft.Extensions.Configuration;
using RateLimitHeaders.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that read rate limits from configuration, and again whenever it changes.</summary>
public static class RateLimitHeadersConfigurationExtensions
{
    /// <summary>
    /// Reads the limits from a section, which takes precedence over code. If several sections set a value, the last one
    /// wins. Without this call, the section <c>RateLimitHeaders</c> of the registered
    /// <see cref="IConfiguration"/> is read, if it exists; with this call, that section is read only if it is passed here.
    /// </summary>
    /// <remarks>
    /// When the configuration changes, all limits change together while the application runs, and counts are kept. An error in the
    /// configuration stops the start-up with a <see cref="RateLimitConfigurationException"/>; while the application runs, it is
    /// logged, and the limits in force are kept. An unknown key is an error.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="section">The section, such as <c>builder.Configuration.GetSection("RateLimitHeaders")</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static IRateLimitHeadersBuilder LoadFromConfiguration(this IRateLimitHeadersBuilder builder, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(section);
        builder.Services.AddSingleton(new LimitsSection(section));
        return builder;
    }
}
