using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Has the requests that come at the same moment share a call. Nobody waits for others to come: a call is sent as soon as a
/// thread is free for it, for all who are there by then, so that the busier the server, the larger the groups.
/// </summary>
internal sealed class TakeGroups(IScriptGateway gateway, Func<long>? testClock) : IThreadPoolWorkItem
{
    // Redis does nothing else meanwhile, for one or two tenths of a millisecond.
    private const int LargestGroup = 32;

    private readonly Lock _lock = new();
    private List<GroupedTake> _waiting = [];

    /// <summary>Makes the groups of all plans that are counted over one gateway.</summary>
    /// <returns><see langword="null"/> if requests are to be counted by a call each.</returns>
    public static TakeGroups? Of(IScriptGateway gateway, RedisStoreOptions options) =>
        options.SharesCalls ? new(gateway, options.TestClock) : null;

    /// <summary>Takes permits of one caller.</summary>
    /// <param name="keys">The caller's key.</param>
    /// <param name="argument">What to take.</param>
    public ValueTask<RedisResult?> RunAsync(RedisKey[] keys, RedisValue argument)
    {
        var take = new GroupedTake(keys, argument);
        bool isFirst;
        lock (_lock)
        {
            isFirst = _waiting.Count == 0;
            _waiting.Add(take);
        }

        if (isFirst)
        {
            // Behind all that is ready to run, which may have something to take, too.
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

        if (!gateway.SeesAllKeys())
        {
            all.ForEach(Send);
            return;
        }

        foreach (var group in all.Chunk(LargestGroup))
        {
            _ = SendAsync(group);
        }
    }

    private async Task SendAsync(GroupedTake[] group)
    {
        if (group.Length == 1)
        {
            Send(group[0]);
            return;
        }

        RedisResult[]? answers = null;
        try
        {
            RedisKey[] keys = [.. group.Select(take => take.Keys[0])];
            RedisValue[] values = [.. group.Select(take => take.Argument), .. TakeScript.Last(testClock)];
            var result = await gateway.RunAsync(TakeScript.Group, keys, values);
            answers = result is null ? null : (RedisResult[]?)result;
        }
        finally
        {
            // Whatever comes, who waits must not wait for ever.
            for (var i = 0; i < group.Length; i++)
            {
                group[i].Complete(answers?.Length == group.Length ? answers[i] : null);
            }
        }
    }

    private void Send(GroupedTake take) => _ = SendAloneAsync(take);

    private async Task SendAloneAsync(GroupedTake take)
    {
        RedisResult? answer = null;
        try
        {
            answer = await gateway.RunAsync(TakeScript.Script, take.Keys, [take.Argument, .. TakeScript.Last(testClock)]);
        }
        finally
        {
            take.Complete(answer);
        }
    }
}
