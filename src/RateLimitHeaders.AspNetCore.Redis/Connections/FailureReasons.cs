using System.Security.Authentication;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Returns the reasons of failed calls for logs and health checks: the cause, and the remedy.</summary>
internal static class FailureReasons
{
    /// <summary>
    /// The commands that the user of a Redis with access control must be allowed: the scripts and the commands in them, the command of a
    /// reset, and those by which the client library checks a connection. The documentation of the settings repeats them.
    /// </summary>
    public const string AllowedCommands = "+evalsha +eval +time +get +set +setrange +del +echo +ping";

    /// <summary>The remedy if the server does not have the database of the connection string.</summary>
    public const string DatabaseRemedy =
        "Set defaultDatabase in the connection string to a database of the server, or leave it out: clusters and proxies have only database 0.";

    // Details that the client adds to the cause: the state of its pools and sockets, which the exception keeps.
    private static readonly string[] s_details = [", mc: ", ", mgr: ", ", last: ", ", Initializing/"];

    // Parts of the messages about a script that may not run a command: Redis 7.0 has another message than Redis 7.2 and Valkey.
    private static readonly string[] s_notAllowed = ["NOPERM", "can't run this command", "ACL failure in script"];

    // Parts of the client library's messages about a server with fewer databases, a cluster and a proxy, and of the server's message.
    private static readonly string[] s_noDatabase =
        ["database does not exist", "Multiple databases are not supported", "only supports database 0", "DB index is out of range"];

    private const string NoConnection = "No connection is";

    // A part of the message about a connection that has reached the server, and has received no answer to the beginning of TLS.
    private const string BeginOfTls = "origin: ConnectedAsync";

    /// <summary>Returns the reason.</summary>
    public static string Of(Exception exception)
    {
        var cause = exception is RedisConnectionException ? CauseOf(exception.Message) : exception.Message;
        return RemedyOf(exception) is { } remedy ? $"{cause.TrimEnd('.', ' ')}. {remedy}" : cause;
    }

    /// <summary>Returns whether the user lacks the permission for the command.</summary>
    public static bool IsOfAccess(Exception exception) => s_notAllowed.Any(text => exception.Message.Contains(text, StringComparison.Ordinal));

    /// <summary>Returns whether the server does not have the database.</summary>
    public static bool IsOfDatabase(Exception exception) => s_noDatabase.Any(text => exception.Message.Contains(text, StringComparison.Ordinal));

    private static string CauseOf(string message)
    {
        var end = s_details.Select(detail => message.IndexOf(detail, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(message.Length).Min();
        var cause = message[..end];
        var begin = cause.StartsWith(NoConnection, StringComparison.Ordinal) ? cause.IndexOf("; ", StringComparison.Ordinal) : -1;
        return begin < 0 ? cause : cause[(begin + 2)..];
    }

    private static string? RemedyOf(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var message = cause.Message;
            if (message.Contains("NOAUTH", StringComparison.Ordinal) || message.Contains("WRONGPASS", StringComparison.Ordinal))
            {
                return "Give the right user and password in the connection string.";
            }

            if (IsOfAccess(cause))
            {
                return $"Give the user at least the access rule \"{AllowedCommands} ~prefix:*\", with the KeyPrefix of the settings.";
            }

            if (IsOfDatabase(cause))
            {
                return DatabaseRemedy;
            }

            if (message.Contains("unknown command", StringComparison.Ordinal) || message.Contains("Lua scripting support disabled", StringComparison.Ordinal))
            {
                return "The server must run Lua scripts: Redis and Valkey do, Garnet with --lua and --lua-transaction-mode.";
            }

            if (cause is AuthenticationException || message.Contains(BeginOfTls, StringComparison.Ordinal))
            {
                return "TLS failed: give ssl=true in the connection string only if the server speaks TLS, with a certificate that this machine trusts.";
            }
        }

        return null;
    }
}
