using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Whether limits depend on the user that <c>UseAuthentication()</c> sets.</summary>
internal static class LimitedUsers
{
    /// <summary>
    /// Returns whether the default rules apply, which begin with the user, or others that need the user. Only names are compared: a
    /// wrong guess leaves a rule to the check of the running application, and so do rules that are not in the code of the project.
    /// </summary>
    public static bool AreLikely(Compilation compilation, AnalyzerOptions options)
    {
        // The result is kept for longer than the operation that needs it, and so is not cancelled with it.
        if (Elsewhere.IsALibrary(compilation) || Elsewhere.AreSettingsWith("Principals", options, CancellationToken.None))
        {
            return false;
        }

        var names = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MemberAccessExpressionSyntax>()
            .Select(access => access.Name.Identifier.ValueText).Where(name => name is "Principals" or "FromUser" or "FromClaim").Distinct().ToArray();
        return !names.Contains("Principals") || names.Length > 1;
    }
}
