using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds limits outside of the code of a project, as far as the compiler can see them.</summary>
internal static class Elsewhere
{
    /// <summary>The name of the section of the configuration.</summary>
    public const string Section = "RateLimitHeaders";

    /// <summary>The name of the core.</summary>
    public const string Core = "RateLimitHeaders.AspNetCore";

    /// <summary>Returns whether a referenced library uses this one.</summary>
    public static bool IsALibrary(Compilation compilation) => compilation.SourceModule.ReferencedAssemblySymbols.Any(assembly =>
        !assembly.Name.StartsWith(Core, StringComparison.Ordinal)
        && assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Core)));

    /// <summary>Returns whether the settings of the project contain a text, or its user secrets contain the section.</summary>
    public static bool AreSettingsWith(string text, AnalyzerOptions options, CancellationToken cancellationToken) =>
        (options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.RateLimitHeadersInUserSecrets", out var inSecrets)
            && string.Equals(inSecrets, "true", StringComparison.OrdinalIgnoreCase))
        || options.AdditionalFiles.Any(file => IsOfSettings(Path.GetFileName(file.Path))
            && file.GetText(cancellationToken)?.ToString().IndexOf(text, StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool IsOfSettings(string fileName) =>
        fileName.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase)
        || fileName.Equals("launchSettings.json", StringComparison.OrdinalIgnoreCase);
}
