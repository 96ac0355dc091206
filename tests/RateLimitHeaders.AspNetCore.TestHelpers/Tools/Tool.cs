namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A program that the tests run and that is no part of .NET.</summary>
/// <param name="Names">The names that its file can have.</param>
/// <param name="Purpose">What the tests do with it, as the beginning of a sentence.</param>
/// <param name="Advice">How to get it.</param>
internal sealed record Tool(string[] Names, string Purpose, string Advice)
{
    /// <summary>Finds the program in the folders of the environment variable <c>PATH</c>.</summary>
    /// <exception cref="InvalidOperationException">It is not there; the message says what to do.</exception>
    public string Find() => Find(Environment.GetEnvironmentVariable("PATH"));

    internal string Find(string? path)
    {
        var files =
            from name in Names
            from folder in (path ?? "").Split(Path.PathSeparator)
            select Path.Combine(folder, name);
        return files.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{Purpose}, and there is no {string.Join(" or ", Names)} on this machine: {Advice}");
    }
}
