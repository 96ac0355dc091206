namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>Gets its directory, which builds with deterministic paths don't tell at run time.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "RateLimitHeaders.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException($"No directory above {AppContext.BaseDirectory} has RateLimitHeaders.sln.");
        }

        return directory.FullName;
    }
}
