namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Tasks whose failure is somebody else's to report, or nobody's.</summary>
internal static class ObservedTask
{
    /// <summary>Has the failure of a task observed, whether or not anybody still waits for it then.</summary>
    /// <returns>The same task.</returns>
    public static Task Observe(this Task task)
    {
        task.ContinueWith(
            static failed => _ = failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }
}
