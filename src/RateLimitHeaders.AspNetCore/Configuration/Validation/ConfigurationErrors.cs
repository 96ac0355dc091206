using System.Collections.ObjectModel;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Gathers errors, so that all are known before anything is thrown. The same error counts once.</summary>
internal sealed class ConfigurationErrors : Collection<RateLimitConfigurationError>
{
    public void Add(string id, string path, string message) => Add(new RateLimitConfigurationError(id, path, message));

    public void AddRange(IEnumerable<RateLimitConfigurationError> errors)
    {
        foreach (var error in errors)
        {
            Add(error);
        }
    }

    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            throw new RateLimitConfigurationException([.. this]);
        }
    }

    protected override void InsertItem(int index, RateLimitConfigurationError item)
    {
        if (!Contains(item))
        {
            base.InsertItem(index, item);
        }
    }
}
