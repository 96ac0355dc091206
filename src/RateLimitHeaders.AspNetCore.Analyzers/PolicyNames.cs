using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>The policies that the code of a project adds, and whether there may be others.</summary>
internal sealed class PolicyNames
{
    private readonly ConcurrentDictionary<string, bool> _names = new() { ["default"] = true, ["global"] = true };
    private volatile bool _addsPolicies;
    private volatile bool _hasOthers;

    // A library may have endpoints whose policies the program adds.
    public PolicyNames(Compilation compilation) => _hasOthers = compilation.Options.OutputKind == OutputKind.DynamicallyLinkedLibrary
        || Elsewhere.IsALibrary(compilation);

    /// <summary>Gets the names.</summary>
    public IOrderedEnumerable<string> All => _names.Keys.OrderBy(name => name, StringComparer.Ordinal);

    /// <summary>
    /// Returns whether a name surely belongs to no policy. A program whose code adds none has them from configuration, such as variables of
    /// its environment, and keeps only headers or rules for callers in code.
    /// </summary>
    public bool IsMissing(string name) => _addsPolicies && !_hasOthers && !_names.ContainsKey(name);

    /// <summary>Reads a call that may add policies.</summary>
    public void Read(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        var first = method.Parameters.FirstOrDefault()?.Type;
        if (method.ContainingType.Is(Elsewhere.Core, "RateLimitsBuilder") && method.Name == "AddPolicy")
        {
            _addsPolicies = true;
            Add(call.Receiver());
        }
        else if (method.Name is "LoadFromConfiguration" or "AddRateLimiter" or "AddServiceDefaults"
            || method.Name.EndsWith("AppConfiguration", StringComparison.Ordinal)
            || method.ContainingType.Is("Microsoft.AspNetCore.RateLimiting", "RateLimiterOptions")
            || first.Is("Microsoft.AspNetCore.RateLimiting", "RateLimiterOptions")
            || first.Is("Microsoft.Extensions.Configuration", "IConfigurationBuilder")
            || method.Parameters.Any(parameter => parameter.Type.Is("Microsoft.Extensions.Configuration", "IConfigurationSource")))
        {
            _hasOthers = true;
        }
    }

    /// <summary>Reads the use of a property that may add policies.</summary>
    public void Read(IPropertyReferenceOperation reference)
    {
        if (reference.Property.Name == "Policies" && reference.Property.ContainingType.Is(Elsewhere.Core, "RateLimitHeadersOptions"))
        {
            _hasOthers = true;
        }
    }

    /// <summary>Reads a text of the code, which may name the section of the configuration or one of its keys.</summary>
    public void Read(ILiteralOperation literal)
    {
        if (literal.ConstantValue is { HasValue: true, Value: string text }
            && text.StartsWith(Elsewhere.Section, StringComparison.OrdinalIgnoreCase)
            && (text.Length == Elsewhere.Section.Length || text[Elsewhere.Section.Length] is ':' or '_' or '='))
        {
            _hasOthers = true;
        }
    }

    /// <summary>Reads the settings of the project, as far as the compiler can see them.</summary>
    public void Read(AnalyzerOptions options, CancellationToken cancellationToken)
    {
        if (Elsewhere.AreSettingsWith(Elsewhere.Section, options, cancellationToken))
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
