using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>Compiles programs, and compares what an analyzer finds in them and how its code fix changes them.</summary>
internal static class Check<TAnalyzer, TFix>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    /// <summary>Checks that nothing is found but what is marked, such as <c>[|UseRateLimitHeaders|]</c> or <c>{|RLH1002:…|}</c>.</summary>
    /// <param name="program">The statements of a program, with the types after them.</param>
    /// <param name="configure">Changes what is compiled.</param>
    public static Task FindsAsync(string program, Action<CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>>? configure = null) =>
        FixesAsync(program, program, configure);

    /// <summary>Checks that what is at <c>{|#0:…|}</c> has these ids and messages, and nothing else is found.</summary>
    public static Task TellsAsync(string program, params (DiagnosticResult Result, string Message)[] expected) =>
        FindsAsync(program, test => test.ExpectedDiagnostics.AddRange(expected.Select(one => one.Result.WithLocation(0).WithMessage(one.Message).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations))));

    /// <summary>Checks that the code fix makes one program another one. If both are the same, there is no fix.</summary>
    public static Task FixesAsync(string program, string @fixed, Action<CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>>? configure = null)
    {
        var test = new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
        {
            ReferenceAssemblies = Framework.None,
            TestState = { Sources = { program, Framework.Usings }, OutputKind = OutputKind.ConsoleApplication },
            FixedState = { Sources = { @fixed, Framework.Usings } },

            // Of several marks, the first one's rule is what is meant.
            MarkupOptions = MarkupOptions.UseFirstDescriptor,

            // What is found at the end of a compilation is fixed by "dotnet format" and not while code is written.
            CodeFixTestBehaviors = CodeFixTestBehaviors.SkipLocalDiagnosticCheck,
        };
        test.TestState.AdditionalReferences.AddRange(Framework.References);
        test.FixedState.MarkupHandling = MarkupMode.Allow;
        configure?.Invoke(test);
        return test.RunAsync();
    }
}
