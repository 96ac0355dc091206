using System.Threading.Tasks.Sources;
using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// The result for which the request of one caller waits in a group. Its answer is read together with those of the others, one after the other.
/// The request then continues on a thread of its own, because it awaits the call of the store.
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
