using Microsoft.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Compares symbols by their full names, so that no reference to the packages that declare them is needed.</summary>
internal static class SymbolExtensions
{
    public static bool Is(this ITypeSymbol? type, string @namespace, string name) =>
        type is not null && type.Name == name && type.ContainingType is null && type.ContainingNamespace.ToDisplayString() == @namespace;

    public static bool IsFeature(this ITypeSymbol? type) => type.Is("RateLimitHeaders.AspNetCore", "RateLimitFeature");

    public static bool IsDeclaredIn(this ISymbol symbol, SyntaxNode node)
    {
        foreach (var declaration in symbol.DeclaringSyntaxReferences)
        {
            if (declaration.SyntaxTree == node.SyntaxTree && node.Span.Contains(declaration.Span))
            {
                return true;
            }
        }

        return false;
    }
}
