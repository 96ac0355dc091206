using System.Collections;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Gathers errors, so that all are known before anything is thrown. The same error counts once.</summary>
internal sealed class ConfigurationErrors : IReadOnlyCollection<RateLimitConfigurationError>
{
    private readonly List<RateLimitConfigurationError> _errors = [];

    public int Count => _errors.Count;

    public void Add(string id, string path, string message) => Add(new RateLimitConfigurationError(id, path, message));

    public void Add(RateLimitConfigurationError error)
    {
        if (!_errors.Contains(error))
        {
            _errors.Add(error);
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
        if (_errors.Count > 0)
        {
            throw new RateLimitConfigurationException([.. _errors]);
        }
    }

    public IEnumerator<RateLimitConfigurationError> GetEnumerator() => _errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
