using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds policies that endpoints require and that no code adds, if all policies are in the code of the project.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PolicyNameAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property of a diagnostic that contains the name which is probably meant.</summary>
    public const string MeantName = "MeantName";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.PolicyName);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var names = new PolicyNames(start.Compilation);
            var required = new ConcurrentBag<(string Name, Location Location)>();
            start.RegisterOperationAction(operation => names.Read((IPropertyReferenceOperation)operation.Operation), OperationKind.PropertyReference);
            start.RegisterOperationAction(operation => names.Read((ILiteralOperation)operation.Operation), OperationKind.Literal);
            start.RegisterOperationAction(operation => Read((IInvocationOperation)operation.Operation, names, required), OperationKind.Invocation);
            start.RegisterSyntaxNodeAction(attribute => Read(attribute, required), SyntaxKind.Attribute);
            start.RegisterCompilationEndAction(end => Report(end, names, required));
        });
    }

    private static void Read(IInvocationOperation call, PolicyNames names, ConcurrentBag<(string Name, Location Location)> required)
    {
        names.Read(call);
        if (call.TargetMethod is { Name: "RequireRateLimiting", ContainingType: var type } && type.Is("Microsoft.AspNetCore.Builder", "RateLimiterEndpointConventionBuilderExtensions"))
        {
            foreach (var argument in call.Arguments)
            {
                if (argument is { Parameter.Ordinal: 1, Value: { ConstantValue: { HasValue: true, Value: string name } } value })
                {
                    required.Add((name, value.Syntax.GetLocation()));
                }
            }
        }
    }

    private static void Read(SyntaxNodeAnalysisContext context, ConcurrentBag<(string Name, Location Location)> required)
    {
        if (context.Node is AttributeSyntax { ArgumentList.Arguments: { Count: 1 } arguments } attribute
            && context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type.Is("Microsoft.AspNetCore.RateLimiting", "EnableRateLimitingAttribute")
            && context.SemanticModel.GetConstantValue(arguments[0].Expression, context.CancellationToken) is { HasValue: true, Value: string name })
        {
            required.Add((name, arguments[0].GetLocation()));
        }
    }

    private static void Report(CompilationAnalysisContext context, PolicyNames names, ConcurrentBag<(string Name, Location Location)> required)
    {
        names.Read(context.Options, context.CancellationToken);
        foreach (var policy in required)
        {
            if (names.IsMissing(policy.Name))
            {
                var meant = NearName.Of(policy.Name, names.All);
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.PolicyName,
                    policy.Location,
                    ImmutableDictionary<string, string?>.Empty.Add(MeantName, meant),
                    policy.Name,
                    meant is null ? "add it with AddPolicy, or correct the name" : $"add it with AddPolicy, or name '{meant}'"));
            }
        }
    }
}
