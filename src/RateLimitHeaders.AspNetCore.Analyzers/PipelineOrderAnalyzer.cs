using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>
/// Finds calls of <c>UseRateLimitHeaders()</c> that are on the wrong side of another middleware of the same pipeline. Mistakes that one
/// block of statements does not show are left to the checks of the running application.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PipelineOrderAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.PipelineOrder, Descriptors.AfterAuthorization);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var rules = new Lazy<ImmutableArray<PipelineRule>>(() => LimitedUsers.AreLikely(start.Compilation, start.Options)
                ? PipelineRule.All : PipelineRule.All.RemoveAll(rule => rule.Middleware == PipelineRule.UseAuthentication));
            var addsAuthorization = new Lazy<bool>(() => AddedAuthorization.IsLikely(start.Compilation));
            start.RegisterOperationAction(operation => Analyze(operation, rules, addsAuthorization), OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, Lazy<ImmutableArray<PipelineRule>> rules, Lazy<bool> addsAuthorization)
    {
        var invocation = (IInvocationOperation)context.Operation;
        if (invocation.TargetMethod.Name != "UseRateLimitHeaders" || PipelineCall.Of(invocation) is not { Statement: { } statement } call)
        {
            return;
        }

        var others = invocation.Root().Descendants().OfType<IInvocationOperation>().Select(PipelineCall.Of).OfType<PipelineCall>()
            .Where(other => SymbolEqualityComparer.Default.Equals(other.Pipeline, call.Pipeline)).ToArray();
        var broken = rules.Value.Where(rule => IsBroken(rule, call, others)).ToArray();
        foreach (var rule in broken)
        {
            // One move corrects all broken rules of the same direction.
            var sides = broken.Where(other => other.IsFirst == rule.IsFirst).SelectMany(other => OnWrongSide(other, call, others)).OrderBy(other => other.NameSyntax.SpanStart);
            context.ReportDiagnostic(rule.Create(call, rule.IsFirst ? sides.Last() : sides.First()));
        }

        // After a call of UseRouting(), the authorization that WebApplication adds finds no endpoint, and each endpoint that needs it fails.
        if (call.IsOfWebApplication && !others.Any(other => other.Name == "UseRouting") && addsAuthorization.Value)
        {
            context.ReportDiagnostic(PipelineRule.AddedAuthorization.Create(call, moveTo: null));
        }
    }

    /// <summary>Returns whether the middleware is only on the wrong side. A middleware that is added twice may be meant to be on both.</summary>
    private static bool IsBroken(PipelineRule rule, PipelineCall call, PipelineCall[] others) =>
        OnWrongSide(rule, call, others).Any() && !others.Any(other => other.Name == rule.Middleware && other.IsBefore(call) == rule.IsFirst);

    private static IEnumerable<PipelineCall> OnWrongSide(PipelineRule rule, PipelineCall call, PipelineCall[] others) =>
        others.Where(other => other.Name == rule.Middleware && other.IsBefore(call) != rule.IsFirst && other.Statement?.Parent == call.Statement!.Parent);
}
