using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag.CodeGeneration.CSharp;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>Generates a C# client from a document, as NSwag does for applications, and compiles it.</summary>
internal static class GeneratedClient
{
    /// <returns>The errors of the compiler.</returns>
    public static async Task<IReadOnlyList<string>> CompileAsync(string document)
    {
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "SampleClient",
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
        };
        var code = new CSharpClientGenerator(await NSwag.OpenApiDocument.FromJsonAsync(document), settings).GenerateFile();
        Assert.Contains("class RateLimitProblem", code, StringComparison.Ordinal);

        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Generated",
            [CSharpSyntaxTree.ParseText(code)],
            assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        return [.. compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString())];
    }
}
