using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>What docs/analyzers.md tells of the rules is what they are, and find in its programs.</summary>
public sealed partial class AnalyzersPageTests
{
    private static readonly string s_page = Pages.Document("analyzers.md");

    private static readonly DiagnosticAnalyzer[] s_analyzers =
    [
        .. typeof(PipelineOrderAnalyzer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private static readonly DiagnosticDescriptor[] s_rules = [.. s_analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).OrderBy(rule => rule.Id)];

    public static TheoryData<string> Rules() => [.. s_rules.Select(rule => rule.Id)];

    [Fact]
    public void Rows_OfThePage_AreTheRules() =>
        Assert.Equal(
            s_rules.Select(rule => $"{rule.Id} {rule.DefaultSeverity} {rule.Title}"),
            from Match row in RowPattern().Matches(s_page) select $"{row.Groups["id"]} {row.Groups["severity"]} {row.Groups["title"].Value.Replace("`", "", StringComparison.Ordinal)}");

    [Theory]
    [MemberData(nameof(Rules))]
    public void HelpLink_OfARule_LeadsToItsSection(string id)
    {
        var anchor = id.ToLowerInvariant();

        Assert.Equal(
            $"https://github.com/RateLimitHeaders/RateLimitHeaders.AspNetCore/blob/main/src/RateLimitHeaders.AspNetCore/docs/analyzers.md#{anchor}",
            s_rules.Single(rule => rule.Id == id).HelpLinkUri);
        Assert.Contains($"\n## <a id=\"{anchor}\"></a>{id}: ", s_page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Programs_OfASection_AreFoundBeforeAndNotAfter(string id)
    {
        var section = s_page.Split("\n## ").Single(part => part.Contains($"</a>{id}: ", StringComparison.Ordinal));
        var programs = section.Split("```csharp\n")[1..].Select(block => block.Split("\n```")[0]).ToArray();

        Assert.Equal(2, programs.Length);
        Assert.Equal([id], await FindAsync(programs[0]));
        Assert.Empty(await FindAsync(programs[1]));
    }

    private static async Task<string[]> FindAsync(string program)
    {
        var compilation = CSharpCompilation.Create(
            "Program", [CSharpSyntaxTree.ParseText(program), CSharpSyntaxTree.ParseText(Framework.Usings)], Framework.References, new CSharpCompilationOptions(OutputKind.ConsoleApplication));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return [.. (await compilation.WithAnalyzers([.. s_analyzers]).GetAnalyzerDiagnosticsAsync()).Select(diagnostic => diagnostic.Id)];
    }

    [GeneratedRegex(@"^\| \[(?<id>RLH\d+)\]\(#rlh\d+\) \| (?<severity>\w+) \| (?<title>[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();
}
