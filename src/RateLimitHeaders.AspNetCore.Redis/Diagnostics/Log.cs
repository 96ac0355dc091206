using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>All log events. None carries an id of a caller: the keys in Redis carry none either.</summary>
internal static partial class Log
{
    /// <summary>The category of all of them.</summary>
    public const string Category = "RateLimitHeaders.AspNetCore.Redis";

    [LoggerMessage(EventIds.Unavailable, LogLevel.Warning, "Redis cannot count ({Reason}). Until it can, {Meanwhile}.")]
    public static partial void Unavailable(ILogger logger, string reason, string meanwhile);

    [LoggerMessage(EventIds.Available, LogLevel.Information, "Redis counts again, after {Outage}.")]
    public static partial void Available(ILogger logger, TimeSpan outage);

    [LoggerMessage(EventIds.CallFailed, LogLevel.Error,
        "Redis is well, but answers a call with an error that no waiting mends: {Error} It is treated as if Redis were out of "
        + "reach, only for whom it was made. Further errors are logged again after a minute.")]
    public static partial void CallFailed(ILogger logger, string error, Exception? exception);

    [LoggerMessage(EventIds.CallsShared, LogLevel.Debug, "Requests that come at the same moment share calls of Redis: a script sees all keys.")]
    public static partial void CallsShared(ILogger logger);

    [LoggerMessage(EventIds.CallsNotShared, LogLevel.Debug,
        "Each request is a call of its own: a script does not see all keys, as in a cluster or behind a proxy that spreads them.")]
    public static partial void CallsNotShared(ILogger logger);
}
