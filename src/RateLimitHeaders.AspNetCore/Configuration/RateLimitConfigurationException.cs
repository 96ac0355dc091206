namespace RateLimitHeaders.AspNetCore;

/// <summary>The rate limits are configured in a way that cannot work. It is thrown at start-up, with all that was found.</summary>
public sealed class RateLimitConfigurationException : Exception
{
    private RateLimitConfigurationException(IReadOnlyList<string> findings)
        : base(Say(findings)) => Findings = findings;

    /// <summary>Gets what was found, each with the setting, its value and the remedy.</summary>
    public IReadOnlyList<string> Findings { get; }

    internal static void ThrowIfAny(IReadOnlyList<string> findings)
    {
        if (findings.Count > 0)
        {
            throw new RateLimitConfigurationException(findings);
        }
    }

    private static string Say(IReadOnlyList<string> findings)
    {
        var count = findings.Count == 1 ? "1 error" : $"{findings.Count} errors";
        var lines = findings.Select(finding => $"{Environment.NewLine}- {finding}");
        return $"The rate limits are misconfigured ({count}):{string.Concat(lines)}";
    }
}
