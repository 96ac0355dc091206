using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>A call that adds a middleware to a pipeline which a variable holds, such as <c>app.UseRouting()</c>.</summary>
internal sealed class PipelineCall
{
    private PipelineCall(IInvocationOperation invocation, ISymbol pipeline, SimpleNameSyntax name)
    {
        Name = invocation.TargetMethod.Name;
        Pipeline = pipeline;
        NameSyntax = name;
        Statement = StatementOf(invocation);
    }

    public string Name { get; }

    /// <summary>Gets the variable.</summary>
    public ISymbol Pipeline { get; }

    public bool IsOfWebApplication => Pipeline switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => ((IFieldSymbol)Pipeline).Type,
    } is var type && type.Is("Microsoft.AspNetCore.Builder", "WebApplication");

    /// <summary>Gets where the name is written. Calls of one chain run in the order of their names.</summary>
    public SimpleNameSyntax NameSyntax { get; }

    /// <summary>
    /// Gets the statement that consists of the call, or returns its result, alone or in a chain; <see langword="null"/> if it is part of
    /// another one.
    /// </summary>
    public IOperation? Statement { get; }

    public bool IsBefore(PipelineCall other) => NameSyntax.SpanStart < other.NameSyntax.SpanStart;

    /// <summary>Returns the call; <see langword="null"/> if the invocation is something else.</summary>
    public static PipelineCall? Of(IInvocationOperation invocation) =>
        IsPipelineMethod(invocation.TargetMethod)
        && invocation.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } }
        && Variable(invocation) is { } pipeline
            ? new PipelineCall(invocation, pipeline, name) : null;

    private static bool IsPipelineMethod(IMethodSymbol method) =>
        method.IsExtensionMethod && method.Name.StartsWith("Use", StringComparison.Ordinal) && method.ContainingType.ContainingNamespace.ToDisplayString() == "Microsoft.AspNetCore.Builder";

    private static ISymbol? Variable(IInvocationOperation invocation) => invocation.Receiver() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        IInvocationOperation inner when IsPipelineMethod(inner.TargetMethod) => Variable(inner),
        _ => null,
    };

    private static IOperation? StatementOf(IInvocationOperation invocation)
    {
        IOperation call = invocation;
        while (call.Parent is IConversionOperation or IArgumentOperation { Parameter.Ordinal: 0 } or IInvocationOperation)
        {
            call = call.Parent;
        }

        return call.Parent is IExpressionStatementOperation or IReturnOperation ? call.Parent : null;
    }
}
