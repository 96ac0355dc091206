using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>Creates the statement that awaits a task that another statement discards.</summary>
internal static class AwaitedCharge
{
    /// <summary>Returns the statement that discards a charge; <see langword="null"/> if the body of a lambda or of a local function does.</summary>
    public static ExpressionStatementSyntax? StatementOf(SyntaxNode charge) =>
        charge.FirstAncestorOrSelf<SyntaxNode>(static node => node is ExpressionStatementSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            as ExpressionStatementSyntax;

    /// <summary>Returns whether a statement is in asynchronous code, and in no lock.</summary>
    public static bool MayAwait(StatementSyntax statement)
    {
        foreach (var node in statement.Ancestors())
        {
            switch (node)
            {
                case LockStatementSyntax or UnsafeStatementSyntax:
                    return false;
                case AnonymousFunctionExpressionSyntax function:
                    return function.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax function:
                    return function.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case MethodDeclarationSyntax method:
                    return method.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax:
                    return true;
                case MemberDeclarationSyntax or AccessorDeclarationSyntax:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Gets the statement; <see langword="null"/> if there is no simple one.</summary>
    public static StatementSyntax? Of(ExpressionStatementSyntax statement, SemanticModel model)
    {
        var discarded = statement.Expression is AssignmentExpressionSyntax assignment ? assignment.Right : statement.Expression;
        var task = discarded.WithoutTrivia();
        if (discarded is ConditionalAccessExpressionSyntax)
        {
            // Only the default value of a structure, such as ValueTask, can be awaited: it is completed.
            if (model.GetTypeInfo(discarded).Type is not { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T })
            {
                return null;
            }

            task = SyntaxFactory.ParseExpression($"({task} ?? default)");
        }

        return statement.WithExpression(Await(task).WithTriviaFrom(statement.Expression));
    }

    private static AwaitExpressionSyntax Await(ExpressionSyntax task) =>
        SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task);
}
