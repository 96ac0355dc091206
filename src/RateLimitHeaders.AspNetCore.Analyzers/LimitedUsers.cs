using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Whether limits depend on the user that <c>UseAuthentication()</c> sets.</summary>
internal static class LimitedUsers
{
    private const string Principals = "Principals";

    // The type of the partitions that are kept from AddRateLimiter: no rule for callers applies to them.
    private const string KeptPartition = "RateLimitPartition";

    // What a kept partition may read itself.
    private const string User = "User";

    private static readonly string[] s_rulesOfUsers = ["FromUser", "FromClaim"];

    private static readonly string[] s_quotas = ["FixedWindow", "SlidingWindow", "CalendarWindow", "TokenBucket", "Concurrency"];

    /// <summary>
    /// Returns whether the default rules apply, which begin with the user, or others that need the user. Only names are compared: a
    /// wrong guess leaves a rule to the check of the running application, and so do rules that are not in the code of the project.
    /// </summary>
    public static bool AreLikely(Compilation compilation, AnalyzerOptions options)
    {
        // The result is kept for longer than the operation that needs it, and so is not cancelled with it.
        if (Elsewhere.IsALibrary(compilation) || Elsewhere.AreSettingsWith(Principals, options, CancellationToken.None))
        {
            return false;
        }

        var names = new HashSet<string>(compilation.SyntaxTrees.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<SimpleNameSyntax>()
            .Where(IsOfLimits).Select(name => name.Identifier.ValueText));
        return names.Contains(Principals) ? names.Overlaps(s_rulesOfUsers)
            : !names.Contains(KeptPartition) || names.Contains(User) || names.Overlaps(s_quotas)
                || Elsewhere.AreSettingsWith(Elsewhere.Section, options, CancellationToken.None);
    }

    /// <summary>Returns whether a name is that of a call, such as a quota and not a policy with its name, or one of the two others.</summary>
    private static bool IsOfLimits(SimpleNameSyntax name) => name.Identifier.ValueText switch
    {
        KeptPartition => true,
        User => name.Parent is MemberAccessExpressionSyntax access && access.Name == name,
        _ => name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access && access.Name == name,
    };
}
