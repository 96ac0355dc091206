using System.Threading.Tasks.Sources;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// What the request of one caller waits for in a group. Its answer is read where those of the others are, one after the other.
/// The request then goes on with a thread of its own, since it awaits the call of the store.
/// </summary>
internal sealed class GroupedTake(RedisKey[] keys, RedisValue call) : IValueTaskSource<RedisResult>
{
    private ManualResetValueTaskSourceCore<RedisResult> _source;

    public RedisKey[] Keys => keys;

    public RedisValue Call => call;

    public ValueTask<RedisResult> Answer => new(this, _source.Version);

    public void Complete(RedisResult answer) => _source.SetResult(answer);

    public void Fail(Exception exception) => _source.SetException(exception);

    public RedisResult GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
