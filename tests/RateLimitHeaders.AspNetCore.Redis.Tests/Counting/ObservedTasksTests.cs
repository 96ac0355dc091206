using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class ObservedTasksTests
{
    private const string Message = "The answer comes after the cancellation.";

    [Fact]
    public void Call_ThatFailsAfterItsCancellation_LeavesNoExceptionUnobserved()
    {
        var unobserved = 0;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        try
        {
            CancelAndFail();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(0, Volatile.Read(ref unobserved));
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= OnUnobserved;
        }

        void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            if (args.Exception.InnerException?.Message == Message)
            {
                Interlocked.Increment(ref unobserved);
            }
        }
    }

    // A method of its own, so that nothing of it is on the stack when memory is collected.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CancelAndFail()
    {
        using var cancellation = new CancellationTokenSource();
        var call = new TaskCompletionSource<int>();
        var (one, other) = (call.Task.WaitObservedAsync(cancellation.Token), ((Task)call.Task).WaitObservedAsync(cancellation.Token));
        cancellation.Cancel();
        call.SetException(new InvalidOperationException(Message));
        Assert.True(one.IsCanceled && other.IsCanceled);
    }
}
