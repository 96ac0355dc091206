using System.Net.Sockets;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Translates the exceptions of the client library.</summary>
internal static class StoreFailures
{
    // The beginnings of Redis' errors that concern the call and not the state of the server. An unknown error code counts as a state of
    // the server, so that the server is called again.
    private static readonly string[] s_faultsOfCalls = ["ERR", "WRONGTYPE", "NOSCRIPT", "CROSSSLOT", "INVALIDOBJ"];

    // Redis before 7 reports the error of a command in a script as "ERR Error running script (call to f_…):
    // @user_script:12: OOM command not allowed …", some versions with a hyphen before the code.
    private const string FailedScript = "ERR Error running script";

    // The first and the last are the server's, the second is the client's.
    private static readonly string[] s_slots = ["CROSSSLOT", "single slot", "TRYAGAIN"];

    /// <summary>Creates the exception that the core handles.</summary>
    public static RateLimitStoreException Of(Exception exception) => new(KindOf(exception), FailureReasons.Of(exception), exception);

    /// <summary>
    /// Returns whether the keys are not all in one slot of a cluster, or the slot moves and has them on two servers. Redis reports this
    /// before anything is done.
    /// </summary>
    public static bool IsOfSlots(RateLimitStoreException exception) => s_slots.Any(text => exception.Message.Contains(text, StringComparison.Ordinal));

    /// <summary>Returns whether Redis has no script with the hash of a call.</summary>
    public static bool IsUnknownScript(RedisServerException exception) => exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    private static StoreFailureKind KindOf(Exception exception) => exception switch
    {
        RedisServerException => s_faultsOfCalls.Contains(CodeOf(exception.Message)) ? StoreFailureKind.Call : StoreFailureKind.Server,
        TimeoutException => StoreFailureKind.Deadline,
        RedisConnectionException or ObjectDisposedException or OperationCanceledException or IOException or SocketException => StoreFailureKind.Connection,
        _ => StoreFailureKind.Call,
    };

    private static string CodeOf(string message)
    {
        var text = message.AsSpan();
        if (message.StartsWith(FailedScript, StringComparison.Ordinal))
        {
            // The last of the marks comes directly before the error itself, with the line number between them: "@user_script: 12: OOM …".
            var mark = message.LastIndexOf("user_script:", StringComparison.Ordinal);
            text = mark < 0 ? text : text[(mark + "user_script:".Length)..].TrimStart(" 0123456789:-");
        }

        var end = text.IndexOf(' ');
        var code = end < 0 ? text : text[..end];

        // A text that is no code is the message of an error in the script.
        return message.StartsWith(FailedScript, StringComparison.Ordinal) && code.ContainsAnyExceptInRange('A', 'Z') ? "ERR" : code.ToString();
    }
}
