namespace RateLimitHeaders.AspNetCore;

/// <summary>Disposes objects that the application's limiters created. Exceptions are logged, because no request could receive them.</summary>
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
