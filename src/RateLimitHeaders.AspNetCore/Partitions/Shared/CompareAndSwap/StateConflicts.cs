namespace RateLimitHeaders.AspNetCore;

/// <summary>Decides when to give up a change that repeatedly loses against changes of other servers.</summary>
internal static class StateConflicts
{
    // Requests give up before the deadline, so that contention on one caller does not count as an outage.
    private const double PartOfDeadline = 0.75;

    // Short enough that the rest of the deadline is not missed in a pause.
    private const int PausesPerDeadline = 16;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns whether a change is to be given up.</summary>
    public static bool AreTooMany(int conflicts, TimeSpan age, TimeSpan deadline) => conflicts > 0 && age >= deadline * PartOfDeadline;

    /// <summary>Creates the exception of a request whose change is given up.</summary>
    public static RateLimitStoreException Failure(int conflicts) =>
        new(StoreFailureKind.Call, $"other servers have saved the state first, {conflicts} times in a row.");

    /// <summary>Waits before the next attempt, but not after the first conflict.</summary>
    public static async ValueTask PauseAsync(int conflicts, TimeSpan deadline, TimeProvider timeProvider)
    {
        if (conflicts > 1)
        {
            var (pause, longest) = (s_firstPause * (1 << Math.Min(conflicts, 10)), deadline / PausesPerDeadline);
            await Task.Delay(RetryPause.Spread(pause < longest ? pause : longest), timeProvider);
        }
    }
}
