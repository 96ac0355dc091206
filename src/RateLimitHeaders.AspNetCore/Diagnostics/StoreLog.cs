using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The log events of stores. None carries an id of a caller.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Warning, "{Store} cannot count ({Reason}). Until it can, {Meanwhile}.")]
    public static partial void Unavailable(ILogger logger, string store, string reason, string meanwhile);

    [LoggerMessage(EventIds.StoreAvailable, LogLevel.Information, "{Store} counts again, after {Outage}.")]
    public static partial void Available(ILogger logger, string store, TimeSpan outage);

    [LoggerMessage(EventIds.StoreCallFailed, LogLevel.Error,
        "{Store} returned a non-transient error: {Error} The request is treated as if {Store} could not count; other requests are "
        + "counted there. Further errors are logged again after a minute.")]
    public static partial void CallFailed(ILogger logger, string store, string error, Exception? exception);

    [LoggerMessage(EventIds.StoreMiscounts, LogLevel.Warning, "{Store} answers, but may count wrongly. {Finding}")]
    public static partial void Miscounts(ILogger logger, string store, string finding);
}
