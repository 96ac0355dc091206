using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>
/// The calls of the framework that run a delegate when a request may be complete. If code keeps the result, for example to await
/// it or to dispose it in time, the delegate may run within the request: such a call is not among them.
/// </summary>
internal static class OutlivingCall
{
    private const string Threading = "System.Threading";

    private const string Tasks = "System.Threading.Tasks";

    /// <summary>Returns the name of the method that runs the delegate; <see langword="null"/> if it runs, or may run, within the request.</summary>
    public static string? NameOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => NameOf(call),
        IObjectCreationOperation { Type: { } type } when type.Is(Threading, "Timer") => IsKept(operation) ? null : "Timer",
        IObjectCreationOperation { Type: { } type, Parent: IInvocationOperation { TargetMethod.Name: "Start" } } when type.Is(Threading, "Thread") => "Thread",
        _ => null,
    };

    private static string? NameOf(IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        return call.TargetMethod.Name switch
        {
            "Run" when type.Is(Tasks, "Task") && call.IsDiscarded(withContinuation: true) => "Task.Run",
            "StartNew" when type.Is(Tasks, "TaskFactory") && call.IsDiscarded(withContinuation: true) => "TaskFactory.StartNew",
            "ContinueWith" when type.Is(Tasks, "Task") && call.IsDiscarded(withContinuation: true) => "Task.ContinueWith",
            "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" when type.Is(Threading, "ThreadPool") => "ThreadPool",
            "CreateTimer" when type.Is("System", "TimeProvider") && !IsKept(call) => "The timer",
            _ => null,
        };
    }

    /// <summary>Returns whether a timer may be disposed within the request: only a local variable or a caller can do so.</summary>
    private static bool IsKept(IOperation timer) => timer.Parent switch
    {
        IConversionOperation conversion => IsKept(conversion),
        IExpressionStatementOperation => false,
        ISimpleAssignmentOperation { Target: IDiscardOperation or IFieldReferenceOperation or IPropertyReferenceOperation } => false,
        _ => true,
    };
}
