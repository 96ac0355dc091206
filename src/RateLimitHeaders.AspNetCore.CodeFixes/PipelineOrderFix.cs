using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using RateLimitHeaders.AspNetCore.Analyzers;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>Moves <c>UseRateLimitHeaders()</c> to the other side of a middleware.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PipelineOrderFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RuleIds.PipelineOrder, RuleIds.AfterAuthorization);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAllOfDocument.Provider;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            // A missing call has no fix.
            if (diagnostic.AdditionalLocations.Count > 0
                && StatementMove.Of(root!, diagnostic.Location.SourceSpan, diagnostic.AdditionalLocations[0].SourceSpan) is { } move)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        "Move UseRateLimitHeaders()", _ => Task.FromResult(context.Document.WithSyntaxRoot(move.Apply(root!))), nameof(PipelineOrderFix)),
                    diagnostic);
            }
        }
    }
}
