namespace RateLimitHeaders.AspNetCore;

/// <summary>Tasks that may not be waited for to their end.</summary>
internal static class AbandonedTasks
{
    /// <summary>Has what a task throws later observed, though nothing reads it.</summary>
    public static void Observe(this Task task) => _ = task.ContinueWith(
        static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
