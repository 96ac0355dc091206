namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Calls that are no longer waited for once they are cancelled. Later exceptions are observed and ignored.</summary>
internal static class ObservedTasks
{
    public static Task WaitObservedAsync(this Task call, CancellationToken cancellationToken)
    {
        Observe(call, cancellationToken);
        return call.WaitAsync(cancellationToken);
    }

    public static Task<T> WaitObservedAsync<T>(this Task<T> call, CancellationToken cancellationToken)
    {
        Observe(call, cancellationToken);
        return call.WaitAsync(cancellationToken);
    }

    private static void Observe(Task call, CancellationToken cancellationToken)
    {
        if (!call.IsCompleted && cancellationToken.CanBeCanceled)
        {
            _ = call.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
