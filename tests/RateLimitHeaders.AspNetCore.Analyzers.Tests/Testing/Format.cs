using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Corrects programs as <c>dotnet format analyzers</c> does: all places of one rule, by the key of the fix of the first place.</summary>
internal static class Format<TAnalyzer, TFix>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    /// <summary>Returns the corrected program.</summary>
    public static async Task<string> RunAsync(string program)
    {
        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Program", LanguageNames.CSharp)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.ConsoleApplication))
            .WithMetadataReferences(Framework.References)
            .AddDocument("Usings.cs", Framework.Usings, filePath: "Usings.cs").Project
            .AddDocument("Program.cs", program, filePath: "Program.cs");
        var compilation = (await document.Project.GetCompilationAsync())!.WithAnalyzers([new TAnalyzer()]);
        var found = (await compilation.GetAnalyzerDiagnosticsAsync()).OrderBy(one => one.Location.SourceSpan.Start).ToArray();

        var fix = new TFix();
        string? key = null;
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, found[0], (action, _) => key ??= action.EquivalenceKey, default));
        var all = await fix.GetFixAllProvider()!.GetFixAsync(
            new FixAllContext(document, fix, FixAllScope.Solution, key!, [found[0].Id], new FoundDiagnostics(found), default));
        if (all is null)
        {
            return program;
        }

        var changes = (await all.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single();
        return (await changes.ChangedSolution.GetDocument(document.Id)!.GetTextAsync()).ToString();
    }
}
