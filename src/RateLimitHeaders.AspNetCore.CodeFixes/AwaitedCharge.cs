using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace RateLimitHeaders.AspNetCore.CodeFixes;

/// <summary>The statement that awaits what another one discards.</summary>
internal static class AwaitedCharge
{
    // A variable for the feature, where the code has none.
    private const string Variable = "feature";

    /// <summary>Tells whether a statement stands in asynchronous code, and in no lock.</summary>
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
        var task = statement.Expression is AssignmentExpressionSyntax assignment ? assignment.Right : statement.Expression;
        return task is ConditionalAccessExpressionSyntax conditional
            ? OfConditional(statement, conditional, model)
            : statement.WithExpression(Await(task.WithoutTrivia()).WithTriviaFrom(statement.Expression));
    }

    /// <summary>Gets an if statement: what <c>?.</c> gives cannot be awaited.</summary>
    private static StatementSyntax? OfConditional(ExpressionStatementSyntax statement, ConditionalAccessExpressionSyntax conditional, SemanticModel model)
    {
        if (conditional.WhenNotNull is not InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax { Name: var method }, ArgumentList: var arguments })
        {
            return null;
        }

        var isVariable = conditional.Expression is IdentifierNameSyntax;
        if (!isVariable && !model.LookupSymbols(statement.SpanStart, name: Variable).IsEmpty)
        {
            return null;
        }

        var receiver = isVariable ? conditional.Expression.ToString() : Variable;
        var condition = isVariable ? $"{receiver} is not null" : $"{conditional.Expression} is {{ }} {receiver}";
        return SyntaxFactory.ParseStatement($"if ({condition})\n{{\nawait {receiver}.{method}{arguments};\n}}\n")
            .WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static AwaitExpressionSyntax Await(ExpressionSyntax task) =>
        SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task);
}
