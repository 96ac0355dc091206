using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>
/// Whether a <c>WebApplication</c> adds <c>UseAuthorization()</c> by itself: before all other middleware, if its services are registered and
/// code does not call it.
/// </summary>
internal static class AddedAuthorization
{
    /// <summary>Returns so by comparing only names, anywhere in the project: a call in another method or file is a call, too.</summary>
    public static bool IsLikely(Compilation compilation)
    {
        var areAdded = false;
        foreach (var name in compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<SimpleNameSyntax>())
        {
            if (name.Identifier.ValueText == PipelineRule.UseAuthorization)
            {
                return false;
            }

            areAdded |= name.Identifier.ValueText is "AddAuthorization" or "AddAuthorizationBuilder";
        }

        return areAdded;
    }
}
