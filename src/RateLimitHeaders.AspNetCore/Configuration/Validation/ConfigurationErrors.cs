using System.Collections.ObjectModel;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Collects errors, so that all are known before an exception is thrown. The same error counts once.</summary>
internal sealed class ConfigurationErrors : Collection<RateLimitConfigurationError>
{
    // A look-up in the list takes time with the number of errors, which a mistake in a template multiplies.
    private readonly HashSet<RateLimitConfigurationError> _known = [];
    private readonly SettingFindings? _findings;

    public ConfigurationErrors()
    {
    }

    private ConfigurationErrors(ConfigurationErrors all, SettingFindings findings)
        : base(all) => _findings = findings;

    /// <summary>Returns the same errors for checks of settings: for a setting that could not be read, one error is enough.</summary>
    public ConfigurationErrors ForSettings(SettingFindings findings) => new(this, findings);

    public void Add(string id, string path, string message) => Add(new RateLimitConfigurationError(id, path, message));

    /// <summary>Adds an error if a condition holds.</summary>
    public void AddIf(bool isWrong, string id, string path, string message)
    {
        if (isWrong)
        {
            Add(id, path, message);
        }
    }

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
        item = _findings is null ? item : item with { Path = _findings.PathOf(item.Path) };
        if (_findings?.IsUnread(item.Path) != true && _known.Add(item))
        {
            base.InsertItem(index, item);
        }
    }
}
