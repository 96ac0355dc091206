namespace RateLimitHeaders.AspNetCore;

/// <summary>Extension methods for tasks whose end may not be waited for.</summary>
internal static class AbandonedTasks
{
    /// <summary>Observes a later exception of a task, although nothing reads it.</summary>
    public static void Observe(this Task task) => _ = task.ContinueWith(
        static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
