namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The lines of tests/Contracts.txt.</summary>
internal static class Contracts
{
    /// <summary>Gets the lines of a kind, each without the word for it.</summary>
    public static string[] Of(string kind) =>
    [
        .. File.ReadLines(Path.Combine(Repository.Path, "tests", "Contracts.txt"))
            .Where(line => line.StartsWith($"{kind} ", StringComparison.Ordinal))
            .Select(line => line[(kind.Length + 1)..]),
    ];
}
