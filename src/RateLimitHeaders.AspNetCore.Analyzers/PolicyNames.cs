using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>The policies that the code of a project adds, and whether there may be others.</summary>
internal sealed class PolicyNames
{
    private const string Core = "RateLimitHeaders.AspNetCore";

    private readonly ConcurrentDictionary<string, bool> _names = new() { ["default"] = true, ["global"] = true };
    private volatile bool _hasLimits;
    private volatile bool _hasOthers;

    public PolicyNames(Compilation compilation) =>
        _hasOthers = compilation.SourceModule.ReferencedAssemblySymbols.Any(assembly =>
            !assembly.Name.StartsWith(Core, StringComparison.Ordinal)
            && assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Core)));

    /// <summary>Gets the names.</summary>
    public IOrderedEnumerable<string> All => _names.Keys.OrderBy(name => name, StringComparer.Ordinal);

    /// <summary>Tells whether a name is surely that of no policy.</summary>
    public bool IsMissing(string name) => _hasLimits && !_hasOthers && !_names.ContainsKey(name);

    /// <summary>Reads a call that may add policies.</summary>
    public void Read(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var first = method.Parameters.FirstOrDefault()?.Type;
        if (method.ContainingType.Is(Core, "RateLimitsBuilder") && method.Name == "AddPolicy")
        {
            Add(call.Receiver());
        }
        else if (method.Name is "AddRateLimitHeaders" or "UseRateLimitHeaders")
        {
            if (call.Arguments.Any(argument => argument.Parameter?.Name == "configure" && argument.ArgumentKind == ArgumentKind.Explicit))
            {
                _hasLimits = true;
            }
        }
        else if (method.Name is "LoadFromConfiguration" or "AddRateLimiter"
            || method.ContainingType.Is("Microsoft.AspNetCore.RateLimiting", "RateLimiterOptions")
            || first.Is("Microsoft.AspNetCore.RateLimiting", "RateLimiterOptions")
            || first.Is("Microsoft.Extensions.Configuration", "IConfigurationBuilder"))
        {
            _hasOthers = true;
        }
    }

    /// <summary>Reads the use of a property that may add policies.</summary>
    public void Read(IPropertyReferenceOperation reference)
    {
        if (reference.Property.Name == "Policies" && reference.Property.ContainingType.Is(Core, "RateLimitHeadersOptions"))
        {
            _hasOthers = true;
        }
    }

    /// <summary>Reads the settings of the project, as far as the compiler gets to see them.</summary>
    public void Read(AnalyzerOptions options, CancellationToken cancellationToken)
    {
        if (options.AdditionalFiles.Any(file =>
            Path.GetFileName(file.Path).StartsWith("appsettings", StringComparison.OrdinalIgnoreCase)
            && file.GetText(cancellationToken)?.ToString().Contains("RateLimitHeaders") == true))
        {
            _hasOthers = true;
        }
    }

    private void Add(IOperation? name)
    {
        if (name?.ConstantValue is { HasValue: true, Value: string constant })
        {
            _names.TryAdd(constant, true);
        }
        else
        {
            _hasOthers = true;
        }
    }
}
