using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Sends the requests of all plans that arrive at the same moment in one call of <see cref="Scripts.Take"/>, if a script sees
/// all keys. No request waits for others: a call is sent as soon as a thread is free for it, for all requests that have arrived
/// by then, so that the busier the server, the larger the groups.
/// </summary>
/// <param name="runner">Runs the scripts.</param>
internal sealed class TakeGroups(IScriptRunner runner) : IThreadPoolWorkItem
{
    // Redis does nothing else during the call, for one or two tenths of a millisecond.
    private const int LargestGroup = 32;

    private readonly Lock _lock = new();
    private List<GroupedTake> _waiting = [];
    private volatile bool _isRejected;

    /// <summary>Runs the script for one caller.</summary>
    /// <param name="keys">The caller's key.</param>
    /// <param name="call">The call.</param>
    public ValueTask<RedisResult> RunAsync(RedisKey[] keys, RedisValue call)
    {
        if (_isRejected || !runner.SeesAllKeys)
        {
            return new(RunAloneAsync(keys, call));
        }

        var take = new GroupedTake(keys, call);
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            _waiting.Add(take);
        }

        if (isFirst)
        {
            // Queued behind the work items that are ready: they may add requests to this group.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return take.Answer;
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<GroupedTake> all;
        lock (_lock)
        {
            all = _waiting;
            _waiting = [];
        }

        foreach (var group in all.Chunk(LargestGroup))
        {
            _ = group.Length == 1 ? SendAsync(group[0]) : SendAsync(group);
        }
    }

    private Task<RedisResult> RunAloneAsync(RedisKey[] keys, RedisValue call) => runner.RunAsync(Scripts.Take, keys, [call]);

    private async Task SendAsync(GroupedTake take)
    {
        try
        {
            take.Complete(await RunAloneAsync(take.Keys, take.Call));
        }
#pragma warning disable CA1031 // Whatever it is, the waiting request gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            take.Fail(exception);
        }
    }

    private async Task SendAsync(GroupedTake[] group)
    {
        try
        {
            RedisKey[] keys = [.. group.Select(take => take.Keys[0])];
            RedisValue[] values = [.. group.Select(take => take.Call)];
            var answers = (RedisResult[])(await runner.RunAsync(Scripts.TakeGroup, keys, values))!;
            for (var i = 0; i < group.Length; i++)
            {
                group[i].Complete(answers[i]);
            }
        }
        catch (RateLimitStoreException exception) when (StoreFailures.IsOfSlots(exception))
        {
            // The server is part of a cluster and has rejected the script: no permit was taken.
            _isRejected = true;
            Array.ForEach(group, take => _ = SendAsync(take));
        }
#pragma warning disable CA1031 // Whatever it is, all requests that wait get it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Array.ForEach(group, take => take.Fail(exception));
        }
    }
}
