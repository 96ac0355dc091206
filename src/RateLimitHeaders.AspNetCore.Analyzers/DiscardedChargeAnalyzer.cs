using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Finds calls of <c>ChargeAsync</c>, <c>RefundAsync</c> and <c>SettleAsync</c> that nothing waits for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DiscardedChargeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.DiscardedCharge);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is "ChargeAsync" or "RefundAsync" or "SettleAsync"
            && call.TargetMethod.ContainingType.IsFeature()
            && call.IsDiscarded())
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.DiscardedCharge, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }
}
