namespace RateLimitHeaders.AspNetCore;

/// <summary>Why a call of a store came to nothing.</summary>
/// <param name="Kind">What is at fault.</param>
/// <param name="Reason">What logs and health checks say about it.</param>
/// <param name="Exception">What was thrown, if anything was.</param>
internal sealed record StoreFailure(StoreFailureKind Kind, string Reason, Exception? Exception = null)
{
    /// <summary>Tells what an exception of a store means: one that says nothing about the store is a fault of the call.</summary>
    public static StoreFailure Of(Exception exception) => exception is RateLimitStoreException told
        ? new(told.Kind, told.Message, told.InnerException ?? told)
        : new(StoreFailureKind.Call, exception.Message, exception);

    public static StoreFailure OfDeadline(TimeSpan deadline) =>
        new(StoreFailureKind.Deadline, FormattableString.Invariant($"there was no answer within {deadline.TotalMilliseconds:0.#} ms"));
}
