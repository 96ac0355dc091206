using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The pages of the repository, and the code that they show.</summary>
internal static partial class Pages
{
    public static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Path, path));

    /// <summary>Reads a page of docs, by its name.</summary>
    public static string Document(string name) => Read($"src/RateLimitHeaders.AspNetCore/docs/{name}");

    /// <summary>Reads files of code that pages show, by their names.</summary>
    public static string Snippets(params string[] names) =>
        string.Concat(names.Select(name => Read($"tests/RateLimitHeaders.AspNetCore.Tests/Readme/{name}.cs")));

    /// <summary>Gets the blocks of a language, each without its last line break.</summary>
    public static IEnumerable<string> Blocks(string page, string language) =>
        Block().Matches(page).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value);

    /// <summary>Gets code with no line indented, since pages show methods' bodies alone.</summary>
    public static string Outdented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
