using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds lambdas that outlive a request and use its <c>RateLimitFeature</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FeatureLifetimeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.FeatureLifetime);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(
            static context => Analyze(context, ((IInvocationOperation)context.Operation).Arguments), OperationKind.Invocation);
        context.RegisterOperationAction(
            static context => Analyze(context, ((IObjectCreationOperation)context.Operation).Arguments), OperationKind.ObjectCreation);
    }

    private static void Analyze(OperationAnalysisContext context, ImmutableArray<IArgumentOperation> arguments)
    {
        if (OutlivingCall.NameOf(context.Operation) is not { } name)
        {
            return;
        }

        foreach (var argument in arguments)
        {
            if (CodeOf(argument.Value, context.Operation) is { } code && code.Descendants().FirstOrDefault(use => IsOfRequest(use, code)) is { } found)
            {
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.FeatureLifetime, found.Syntax.GetLocation(), name));
            }
        }
    }

    /// <summary>Gets the lambda or local function that is passed as an argument.</summary>
    private static IOperation? CodeOf(IOperation argument, IOperation call) =>
        argument.WithoutConversions() is not IDelegateCreationOperation creation ? null
        : creation.Target is IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction } function }
            ? call.Root().Descendants().OfType<ILocalFunctionOperation>().FirstOrDefault(local => SymbolEqualityComparer.Default.Equals(local.Symbol, function))
        : creation.Target as IAnonymousFunctionOperation;

    /// <summary>Returns whether code uses a feature, or gets the feature of a request, that comes from outside of it.</summary>
    private static bool IsOfRequest(IOperation use, IOperation code) => use switch
    {
        { Parent: INameOfOperation } => false,
        IInvocationOperation { TargetMethod: { Name: "GetRateLimitFeature", ContainingNamespace: var place } } call
            when place.ToDisplayString() == "Microsoft.AspNetCore.Http" => call.Receiver() is { } context && IsFromOutside(context, code),
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation =>
            use.Type.IsFeature() && IsFromOutside(use, code),
        _ => false,
    };

    private static bool IsFromOutside(IOperation value, IOperation code) => value.WithoutConversions() switch
    {
        ILocalReferenceOperation local => !local.Local.IsDeclaredIn(code.Syntax),
        IParameterReferenceOperation parameter => !parameter.Parameter.IsDeclaredIn(code.Syntax),
        IMemberReferenceOperation { Instance: { } instance } => IsFromOutside(instance, code),
        IInstanceReferenceOperation => true,
        _ => false,
    };
}
