using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>Moves a statement to the other side of another one of the same block. Comments move with it; paragraphs stay.</summary>
internal sealed class StatementMove
{
    // In the order of the file.
    private readonly SyntaxNode[] _before;
    private readonly SyntaxNode[] _after;

    private StatementMove(SyntaxNode[] statements, bool forward)
    {
        var (first, last) = (statements[0], statements[statements.Length - 1]);
        var others = statements.Where(statement => statement != (forward ? first : last)).ToArray();
        _before = statements;
        _after = forward
            ? [BeginningAs(others[0], HasEmptyLine(others[0]) ? others[0] : first), .. others.Skip(1), WithoutEmptyLines(first)]
            : [BeginningAs(last, first), WithoutEmptyLines(first), .. others.Skip(1)];
    }

    /// <summary>Returns the move; <see langword="null"/> if it may change more than the order of the two.</summary>
    /// <param name="root">The root of the file.</param>
    /// <param name="moved">Where the statement to move is.</param>
    /// <param name="target">Where the statement is that it has to pass.</param>
    public static StatementMove? Of(SyntaxNode root, TextSpan moved, TextSpan target)
    {
        if (CallAt(root, moved) is not { } from || CallAt(root, target) is not { } to || from.Parent != to.Parent)
        {
            return null;
        }

        // A statement without a line break before the end of the file would be on one line with the text after it.
        var forward = from.SpanStart < to.SpanStart;
        if (forward && !to.HasTrailingTrivia)
        {
            return null;
        }

        var (first, last) = forward ? (from, to) : (to, from);
        var passed = from.Parent!.ChildNodes().Where(node => node.SpanStart >= first.SpanStart && node.SpanStart <= last.SpanStart).ToArray();
        return passed.All(node => !node.ContainsDirectives && MayBePassed(node, forward)) ? new StatementMove(passed, forward) : null;
    }

    public SyntaxNode Apply(SyntaxNode root) => root.ReplaceNodes(_before, (node, _) => _after[Array.IndexOf(_before, node)]);

    /// <summary>Returns the statement that consists of a single call.</summary>
    private static SyntaxNode? CallAt(SyntaxNode root, TextSpan name) =>
        root.FindNode(name).Parent is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax, Parent: InvocationExpressionSyntax call }
        && call.Parent is ExpressionStatementSyntax statement
            ? statement.Parent as GlobalStatementSyntax ?? (statement.Parent is BlockSyntax ? statement : null as SyntaxNode)
            : null;

    // A declaration between the two may be used by the moved statement, which only comes later in the one direction.
    private static bool MayBePassed(SyntaxNode node, bool forward) =>
        (node is GlobalStatementSyntax global ? global.Statement : node) switch
        {
            ExpressionStatementSyntax statement => !SetsVariables(statement),
            LocalDeclarationStatementSyntax declaration => forward && !SetsVariables(declaration),
            _ => false,
        };

    // A function in it runs later, wherever the statement is.
    private static bool SetsVariables(StatementSyntax statement) =>
        statement.DescendantNodes(node => node is not AnonymousFunctionExpressionSyntax).Any(node => node switch
        {
            AssignmentExpressionSyntax => node.Parent is not InitializerExpressionSyntax,
            ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword) || argument.RefKindKeyword.IsKind(SyntaxKind.RefKeyword),
            SingleVariableDesignationSyntax => true,
            _ => node.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression
                or SyntaxKind.PostIncrementExpression or SyntaxKind.PostDecrementExpression,
        });

    private static bool HasEmptyLine(SyntaxNode node) => EmptyLines(node).Any();

    private static SyntaxNode BeginningAs(SyntaxNode node, SyntaxNode other) =>
        node.WithLeadingTrivia(EmptyLines(other).Concat(WithoutEmptyLines(node).GetLeadingTrivia()));

    private static SyntaxNode WithoutEmptyLines(SyntaxNode node) => node.WithLeadingTrivia(node.GetLeadingTrivia().Skip(EmptyLines(node).Count()));

    private static IEnumerable<SyntaxTrivia> EmptyLines(SyntaxNode node)
    {
        var trivia = node.GetLeadingTrivia();
        var text = trivia.TakeWhile(item => item.IsKind(SyntaxKind.WhitespaceTrivia) || item.IsKind(SyntaxKind.EndOfLineTrivia)).ToList();
        return trivia.Take(text.FindLastIndex(item => item.IsKind(SyntaxKind.EndOfLineTrivia)) + 1);
    }
}
