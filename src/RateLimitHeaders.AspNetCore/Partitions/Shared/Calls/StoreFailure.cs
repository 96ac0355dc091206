namespace RateLimitHeaders.AspNetCore;

/// <summary>The failure of a call of a store.</summary>
/// <param name="Kind">The cause.</param>
/// <param name="Reason">The reason, as logs and health checks report it.</param>
/// <param name="Exception">The exception, if there is one.</param>
internal sealed record StoreFailure(StoreFailureKind Kind, string Reason, Exception? Exception = null)
{
    /// <summary>Translates an exception of a store: one without information about the store is a fault of the call.</summary>
    public static StoreFailure Of(Exception exception) => exception is RateLimitStoreException reported
        ? new(reported.Kind, reported.Message, reported.InnerException ?? reported)
        : new(StoreFailureKind.Call, exception.Message, exception);

    public static StoreFailure OfDeadline(TimeSpan deadline) =>
        new(StoreFailureKind.Deadline, FormattableString.Invariant($"there was no answer within {deadline.TotalMilliseconds:0.#} ms"));
}
