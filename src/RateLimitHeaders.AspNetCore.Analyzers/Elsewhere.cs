using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Where limits may come from that are not in the code of a project, as far as the compiler gets to see it.</summary>
internal static class Elsewhere
{
    /// <summary>The name of the section of the configuration.</summary>
    public const string Section = "RateLimitHeaders";

    /// <summary>The name of the core.</summary>
    public const string Core = "RateLimitHeaders.AspNetCore";

    /// <summary>Tells whether a referenced library uses this one.</summary>
    public static bool IsALibrary(Compilation compilation) => compilation.SourceModule.ReferencedAssemblySymbols.Any(assembly =>
        !assembly.Name.StartsWith(Core, StringComparison.Ordinal)
        && assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Core)));

    /// <summary>Tells whether the settings of the project have a text, or its user secrets the section.</summary>
    public static bool AreSettingsWith(string text, AnalyzerOptions options, CancellationToken cancellationToken) =>
        (options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.RateLimitHeadersInUserSecrets", out var inSecrets)
            && string.Equals(inSecrets, "true", StringComparison.OrdinalIgnoreCase))
        || options.AdditionalFiles.Any(file => IsOfSettings(Path.GetFileName(file.Path))
            && file.GetText(cancellationToken)?.ToString().IndexOf(text, StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool IsOfSettings(string fileName) =>
        fileName.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase)
        || fileName.Equals("launchSettings.json", StringComparison.OrdinalIgnoreCase);
}
