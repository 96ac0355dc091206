using Microsoft.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>All rules. An id never gets another meaning; <c>docs/analyzers.md</c> of the core explains each.</summary>
internal static class Descriptors
{
    private const string Category = "RateLimiting";

    private const string Page = "https://github.com/RateLimitHeaders/RateLimitHeaders.AspNetCore/blob/main/src/RateLimitHeaders.AspNetCore/docs/analyzers.md";

    public static readonly DiagnosticDescriptor PipelineOrder = new(
        RuleIds.PipelineOrder,
        "UseRateLimitHeaders() is at the wrong place in the pipeline",
        "UseRateLimitHeaders() runs {0} {1}(): {2}. {3}.",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: $"{Page}#rlh1001");

    public static readonly DiagnosticDescriptor AfterAuthorization = new(
        RuleIds.AfterAuthorization,
        "UseRateLimitHeaders() runs after UseAuthorization()",
        "UseRateLimitHeaders() runs {0} {1}(): {2}. {3}.",
        Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: $"{Page}#rlh1002");

    public static readonly DiagnosticDescriptor PolicyName = new(
        RuleIds.PolicyName,
        "An endpoint requires a policy that does not exist",
        "There is no policy '{0}', and the application does not start if it applies to an endpoint; {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: $"{Page}#rlh1003",
        customTags: WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor FeatureLifetime = new(
        RuleIds.FeatureLifetime,
        "RateLimitFeature is used after its request",
        "{0} runs this when the request may be complete, and RateLimitFeature then throws an ObjectDisposedException; read the needed values before",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: $"{Page}#rlh1004");

    public static readonly DiagnosticDescriptor DiscardedCharge = new(
        RuleIds.DiscardedCharge,
        "The task of ChargeAsync, RefundAsync or SettleAsync is discarded",
        "The task of {0} is discarded: the headers may show the state before it, and its failure is lost; await it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: $"{Page}#rlh1005");
}
