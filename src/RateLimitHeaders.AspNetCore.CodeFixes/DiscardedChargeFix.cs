using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using RateLimitHeaders.AspNetCore.Analyzers;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>Awaits a discarded charge if the surrounding code can await.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DiscardedChargeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RuleIds.DiscardedCharge);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllOfDocument.Provider;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (AwaitedCharge.StatementOf(root!.FindNode(diagnostic.Location.SourceSpan)) is { } statement
                && AwaitedCharge.MayAwait(statement)
                && AwaitedCharge.Of(statement, model!) is { } awaited)
            {
                context.RegisterCodeFix(
                    CodeAction.Create("Await it", _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(statement, awaited))), nameof(DiscardedChargeFix)),
                    diagnostic);
            }
        }
    }
}
