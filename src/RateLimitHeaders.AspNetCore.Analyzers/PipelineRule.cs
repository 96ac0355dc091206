using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>The required side of <c>UseRateLimitHeaders()</c> relative to another middleware.</summary>
internal sealed class PipelineRule
{
    private PipelineRule(DiagnosticDescriptor descriptor, string middleware, bool isFirst, string consequence)
    {
        Descriptor = descriptor;
        Middleware = middleware;
        IsFirst = isFirst;
        Consequence = consequence;
    }

    /// <summary>Gets all rules. <c>Log</c> of the core reports the same for running pipelines.</summary>
    public static ImmutableArray<PipelineRule> All { get; } = ImmutableArray.Create<PipelineRule>(
        new(Descriptors.PipelineOrder, "UseForwardedHeaders", isFirst: true, "behind a proxy, all callers share a limit"),
        new(Descriptors.PipelineOrder, "UseRouting", isFirst: true, "it does not see the rate limiting metadata of endpoints"),
        new(Descriptors.PipelineOrder, "UseCors", isFirst: true, "a browser reports a network error instead of the status of a rejection"),
        new(Descriptors.PipelineOrder, UseAuthentication, isFirst: true, "users are limited by their client IP address"),
        new(Descriptors.AfterAuthorization, UseAuthorization, isFirst: false, "requests that authorization stops are not limited"),
        new(Descriptors.PipelineOrder, "UseEndpoints", isFirst: false, "requests of endpoints are not limited"));

    /// <summary>Gets the rule that a <c>WebApplication</c> breaks if its code does not call <c>UseAuthorization()</c>.</summary>
    public static PipelineRule AddedAuthorization { get; } = new(
        Descriptors.AfterAuthorization,
        UseAuthorization,
        isFirst: false,
        "WebApplication adds it first if code does not call it, and requests that authorization stops are not limited");

    public const string UseAuthentication = "UseAuthentication";

    public const string UseAuthorization = "UseAuthorization";

    public DiagnosticDescriptor Descriptor { get; }

    /// <summary>Gets the name of the method that adds the other middleware.</summary>
    public string Middleware { get; }

    /// <summary>Gets a value indicating whether the other middleware has to come first.</summary>
    public bool IsFirst { get; }

    /// <summary>Gets what happens in the wrong order.</summary>
    public string Consequence { get; }

    /// <summary>Makes the diagnostic of a call.</summary>
    /// <param name="call">The call of <c>UseRateLimitHeaders()</c>.</param>
    /// <param name="moveTo">The call of the other middleware; <see langword="null"/> if code does not call it.</param>
    public Diagnostic Create(PipelineCall call, PipelineCall? moveTo) => Diagnostic.Create(
        Descriptor,
        call.NameSyntax.GetLocation(),
        moveTo is null ? [] : [moveTo.NameSyntax.GetLocation()],
        IsFirst ? "before" : "after",
        Middleware,
        Consequence,
        moveTo is null ? $"Call {Middleware}() after it" : $"Place it {(IsFirst ? "after" : "before")} {Middleware}()");
}
