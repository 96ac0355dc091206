using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings that are read only when the application starts.</summary>
/// <param name="MaxPartitions">The largest number of partitions of a plan.</param>
/// <param name="Store">All settings of the store.</param>
internal sealed record StartSettings(int MaxPartitions, EquatableList<KeyValuePair<string, string?>> Store)
{
    public static StartSettings Of(RateLimitDefinition definition, IServiceProvider services)
    {
        var path = services.GetService<RateLimitStore>()?.ConfigurationPath;
        var section = path is null ? null : services.GetService<IConfiguration>()?.GetSection(path);
        var settings = section?.AsEnumerable() ?? [];
        return new(definition.MaxPartitions, [.. settings.OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>Returns the names of the settings that differ in others.</summary>
    /// <param name="other">The others.</param>
    /// <param name="storeName">The name of the store; <see langword="null"/> if there is none.</param>
    public IEnumerable<string> ChangedIn(StartSettings other, string? storeName)
    {
        if (other.MaxPartitions != MaxPartitions)
        {
            yield return nameof(MaxPartitions);
        }

        if (!other.Store.Equals(Store))
        {
            yield return storeName!;
        }
    }
}
