using System.Threading.Tasks.Sources;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// A call on its way: connects if need be, calls the script by its hash, and by its text if Redis has forgotten it, all within
/// one deadline. What comes later is looked at by nobody, and yet observed.
/// </summary>
/// <remarks>
/// Who awaits it goes on with a thread of the pool: the client library completes its tasks one after the other, and an
/// endpoint that blocks its thread must not hold up the answers to all other requests.
/// </remarks>
internal sealed class PendingCall : IValueTaskSource<RedisResult?>
{
    private readonly ScriptGateway _gateway;
    private readonly RedisScript _script;
    private readonly RedisKey[] _keys;
    private readonly RedisValue[] _values;
    private readonly Action _advance;
    private ManualResetValueTaskSourceCore<RedisResult?> _source = new() { RunContinuationsAsynchronously = true };
    private Task? _connecting;
    private Task<RedisResult>? _answer;
    private bool _withText;
    private int _isDone;

    public PendingCall(ScriptGateway gateway, RedisScript script, RedisKey[] keys, RedisValue[] values, bool isProbe, int epoch, long started)
    {
        _gateway = gateway;
        _script = script;
        _keys = keys;
        _values = values;
        _advance = Advance;
        IsProbe = isProbe;
        Epoch = epoch;
        Started = started;
    }

    public bool IsProbe { get; }

    public int Epoch { get; }

    public long Started { get; }

    public RedisKey Key => _keys[0];

    public bool HasSeveralKeys => _keys.Length > 1;

    public bool IsDone => Volatile.Read(ref _isDone) != 0;

    public ValueTask<RedisResult?> Start(RedisConnection connection)
    {
        try
        {
            if (connection.Database is { } database)
            {
                Send(database);
            }
            else
            {
                _connecting = connection.OpenAsync();
                Await(_connecting);
            }
        }
#pragma warning disable CA1031 // Whatever the client library throws: the request is answered.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(Failure.Of(exception));
        }

        return new(this, _source.Version);
    }

    public void Expire() => Fail(Failure.OfDeadline(_gateway.Deadline));

    /// <summary>Ends the call without an answer and without a complaint.</summary>
    public void Abandon()
    {
        if (TryClaim())
        {
            _source.SetResult(null);
        }
    }

    public RedisResult? GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Send(IDatabase database)
    {
        _answer = _withText
            ? database.ScriptEvaluateAsync(_script.Text, _keys, _values, CommandFlags.NoScriptCache)
            : database.ScriptEvaluateAsync(_script.Hash, _keys, _values);
        Await(_answer);
    }

    private void Await(Task step)
    {
        if (step.IsCompleted)
        {
            Advance();
        }
        else
        {
            step.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_advance);
        }
    }

    /// <summary>Goes on after a step. Looking at the exception observes it, even if nobody waits any more.</summary>
    private void Advance()
    {
        var step = _answer ?? _connecting!;
        try
        {
            if (step.Exception is { } failed)
            {
                Retry(failed.InnerException ?? failed);
            }
            else if (step.IsCanceled)
            {
                Fail(Failure.Of(new TaskCanceledException(step)));
            }
            else if (_answer is { } answer)
            {
                Succeed(answer.Result);
            }
            else if (!IsDone)
            {
                Send(_gateway.Database);
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(Failure.Of(exception));
        }
    }

    private void Retry(Exception exception)
    {
        if (_withText || IsDone || exception is not RedisServerException || !exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            Fail(Failure.Of(exception));
            return;
        }

        _withText = true;
        Send(_gateway.Database);
    }

    private void Succeed(RedisResult answer)
    {
        if (TryClaim())
        {
            _gateway.Succeeded(this);
            _source.SetResult(answer);
        }
    }

    private void Fail(Failure failure)
    {
        if (!TryClaim())
        {
            return;
        }

        try
        {
            // The circuit opens first, so that who goes on with this result finds it open.
            _gateway.Failed(this, failure);
        }
        finally
        {
            _source.SetResult(null);
        }
    }

    /// <summary>Tells the deadline and the answer, which may come at the same time, which of them ends the call.</summary>
    private bool TryClaim() => Interlocked.Exchange(ref _isDone, 1) == 0;
}
