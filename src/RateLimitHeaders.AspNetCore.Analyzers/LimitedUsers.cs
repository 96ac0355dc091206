using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Whether limits depend on the user that <c>UseAuthentication()</c> sets.</summary>
internal static class LimitedUsers
{
    /// <summary>
    /// Tells whether the default rules hold, which begin with the user, or others that need the user. Names alone are compared: a
    /// wrong guess leaves a rule to the check of the running application.
    /// </summary>
    public static bool AreLikely(Compilation compilation)
    {
        var names = compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<MemberAccessExpressionSyntax>()
            .Select(access => access.Name.Identifier.ValueText).Where(name => name is "Principals" or "FromUser" or "FromClaim").Distinct().ToArray();
        return !names.Contains("Principals") || names.Length > 1;
    }
}
