using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;

namespace RateLimitHeaders.AspNetCore.Analyzers.Tests;

/// <summary>What the sources of tests are compiled against: the assemblies that run the tests, with the core among them.</summary>
internal static class Framework
{
    /// <summary>The usings of a web application, which its SDK adds.</summary>
    public const string Usings =
        """
        global using System;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.RateLimiting;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using RateLimitHeaders.AspNetCore;
        """;

    /// <summary>No package, so that nothing is downloaded when tests run.</summary>
    public static ReferenceAssemblies None { get; } = new("net10.0");

    public static MetadataReference[] References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (IsOfFramework(path) || name == "RateLimitHeaders.AspNetCore.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles a library that uses the core.</summary>
    public static MetadataReference CompileALibrary()
    {
        var library = CSharpCompilation.Create(
            "Library",
            [CSharpSyntaxTree.ParseText("public static class Limits { public static RateLimitHeaders.AspNetCore.RateLimitsBuilder? Builder; }")],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        Assert.True(library.Emit(image).Success);
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static bool IsOfFramework(string path) => Path.GetDirectoryName(Path.GetDirectoryName(path)) is { } framework
        && Path.GetFileName(framework) is "Microsoft.NETCore.App" or "Microsoft.AspNetCore.App";
}
