namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>What the linter has found.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Path">Where it is in the document.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record Finding(string Rule, string Path, string Message)
{
    public bool IsAboutRateLimits => Rule.Contains("rate-limit", StringComparison.Ordinal) || Rule.Contains("429", StringComparison.Ordinal);

    /// <summary>Gets a value indicating whether it is about the headers and the schema that the library adds.</summary>
    public bool IsAboutWhatIsAdded => Path.StartsWith("components/headers/", StringComparison.Ordinal) || Path.Contains("RateLimitProblem", StringComparison.Ordinal);
}
