namespace RateLimitHeaders.AspNetCore;

/// <summary>Disposes what the application's limiters made. What they throw is logged: no request could be told.</summary>
internal static class ForeignCleanup
{
    public static void Dispose(IDisposable disposable, PartitionsContext context)
    {
        try
        {
            disposable.Dispose();
        }
#pragma warning disable CA1031 // An exception would end the process when a timer called, and leave the other limiters undisposed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ForeignCleanupFailed(context.Logger, context.Plan.PolicyName, exception);
        }
    }
}
