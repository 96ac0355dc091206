using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Why a call came to nothing.</summary>
/// <param name="Kind">Whose fault it is.</param>
/// <param name="Reason">What a log says about it.</param>
/// <param name="Exception">What was thrown, if anything was.</param>
internal sealed record Failure(FailureKind Kind, string Reason, Exception? Exception = null)
{
    // How Redis begins the errors that tell of the call and not of its own state. A server that has a state of its own for
    // which we have no name yet gives it a code of its own, and is rather asked again than trusted.
    private static readonly string[] s_faultsOfCalls = ["ERR", "WRONGTYPE", "NOSCRIPT", "CROSSSLOT", "INVALIDOBJ"];

    // Redis before 7 reports what a command in a script answered as "ERR Error running script (call to f_…):
    // @user_script:12: OOM command not allowed …", some versions with a hyphen before the code.
    private const string FailedScript = "ERR Error running script";

    /// <summary>Gets a value indicating whether the keys are not all in one slot of a cluster. It says so before anything is done.</summary>
    public bool IsOfSlots => Exception is { } exception
        && (exception.Message.Contains("CROSSSLOT", StringComparison.Ordinal) || exception.Message.Contains("single slot", StringComparison.Ordinal));

    /// <summary>Tells what an exception of the client library means.</summary>
    public static Failure Of(Exception exception) => new(KindOf(exception), exception.Message, exception);

    public static Failure OfDeadline(TimeSpan deadline) =>
        new(FailureKind.Deadline, $"there was no answer within {deadline.TotalMilliseconds:0.#} ms");

    private static FailureKind KindOf(Exception exception) => exception switch
    {
        RedisServerException => s_faultsOfCalls.Contains(CodeOf(exception.Message)) ? FailureKind.Call : FailureKind.Server,
        TimeoutException => FailureKind.Deadline,
        RedisConnectionException or ObjectDisposedException or OperationCanceledException or IOException => FailureKind.Connection,
        System.Net.Sockets.SocketException => FailureKind.Connection,
        _ => FailureKind.Call,
    };

    private static string CodeOf(string message)
    {
        var text = message.AsSpan();
        if (message.StartsWith(FailedScript, StringComparison.Ordinal))
        {
            // The last of the marks stands before the error itself, with the line between them: "@user_script: 12: OOM …".
            var mark = message.LastIndexOf("user_script:", StringComparison.Ordinal);
            text = mark < 0 ? text : text[(mark + "user_script:".Length)..].TrimStart(" 0123456789:-");
        }

        var end = text.IndexOf(' ');
        var code = end < 0 ? text : text[..end];

        // What is no code is the text of an error in the script.
        return message.StartsWith(FailedScript, StringComparison.Ordinal) && code.ContainsAnyExceptInRange('A', 'Z') ? "ERR" : code.ToString();
    }
}
