using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>
/// Fixes all diagnostics that have a fix. <c>WellKnownFixAllProviders.BatchFixer</c> would fix none for <c>dotnet format</c> if the first
/// one that it looks at has no fix: it takes the key of the fixes from that.
/// </summary>
internal static class FixAllOfDocument
{
    public static FixAllProvider Provider { get; } = FixAllProvider.Create(FixAsync);

    private static async Task<Document?> FixAsync(FixAllContext context, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        var changes = new List<TextChange>();
        foreach (var diagnostic in diagnostics)
        {
            // Two rules that one call breaks have the same fix. Of two different fixes that touch, the second one is left to the next run.
            var fix = await FixAsync(context, document, diagnostic).ConfigureAwait(false);
            if (fix.All(change => !changes.Exists(other => other.Span.IntersectsWith(change.Span))))
            {
                changes.AddRange(fix);
            }
        }

        var text = await document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        return document.WithText(text.WithChanges(changes.OrderBy(change => change.Span.Start)));
    }

    private static async Task<TextChange[]> FixAsync(FixAllContext context, Document document, Diagnostic diagnostic)
    {
        CodeAction? fix = null;
        await context.CodeFixProvider.RegisterCodeFixesAsync(
            new CodeFixContext(document, diagnostic, (action, _) => fix = action, context.CancellationToken)).ConfigureAwait(false);
        if (fix is null)
        {
            return [];
        }

        var operations = await fix.GetOperationsAsync(context.CancellationToken).ConfigureAwait(false);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        return [.. await changed.GetTextChangesAsync(document, context.CancellationToken).ConfigureAwait(false)];
    }
}
