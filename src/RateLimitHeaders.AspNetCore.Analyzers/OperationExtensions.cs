using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>Extension methods that follow the value of an operation.</summary>
internal static class OperationExtensions
{
    /// <summary>Gets the operation without the conversions around its value.</summary>
    public static IOperation WithoutConversions(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>Gets the whole body that the operation is part of.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    /// <summary>Gets the argument for the first parameter, which is the receiver of an extension method.</summary>
    public static IOperation? Receiver(this IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == 0)
            {
                return argument.Value.WithoutConversions();
            }
        }

        return null;
    }

    /// <summary>
    /// Returns whether a task is lost: the statement ends with it or assigns it to <c>_</c>, also through methods that return a
    /// task of the same work.
    /// </summary>
    /// <param name="operation">The operation that returns the task.</param>
    /// <param name="withContinuation">Whether a task with a continuation, which may observe its failure, can be lost, too.</param>
    public static bool IsDiscarded(this IOperation operation, bool withContinuation = false)
    {
        var value = operation;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IConditionalAccessOperation:
                case IInvocationOperation { TargetMethod.Name: "AsTask" or "Preserve" or "ConfigureAwait" } call when call.Instance == value:
                case IInvocationOperation { TargetMethod.Name: "ContinueWith" } next when withContinuation && next.Instance == value:
                    value = parent;
                    break;
                case ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation }:
                case IExpressionStatementOperation:
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }
}
