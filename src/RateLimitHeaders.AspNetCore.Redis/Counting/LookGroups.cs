using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Asks where many callers of any plans stand: by one script where it sees all keys, and otherwise by calls that are sent together.</summary>
/// <param name="runner">Runs the scripts.</param>
/// <param name="testClock">The clock that stands for that of Redis in tests.</param>
internal sealed class LookGroups(IScriptRunner runner, Func<long>? testClock)
{
    // Redis does nothing else meanwhile, for some milliseconds.
    private const int LargestGroup = 100;

    private readonly CountCalls _counts = new(runner, testClock);
    private volatile bool _isRejected;

    /// <summary>Asks, and has all answers read. All calls are sent before one is waited for.</summary>
    public Task RunAsync(IReadOnlyCollection<CallerQuestion> looks) => _isRejected || !runner.SeesAllKeys
        ? Task.WhenAll(looks.Select(RunAloneAsync))
        : Task.WhenAll(looks.Chunk(LargestGroup).Select(RunTogetherAsync));

    private async Task RunAloneAsync(CallerQuestion look) => look.Read(await _counts.RunAsync(Operations.Look, [look.Key], look.Call));

    private async Task RunTogetherAsync(CallerQuestion[] group)
    {
        RedisValue[] values = [.. group.Select(look => look.Call), .. TestTime.Now(testClock)];
        RedisResult[] answers;
        try
        {
            answers = (RedisResult[])(await runner.RunAsync(Scripts.LookGroup, [.. group.Select(look => look.Key)], values))!;
        }
        catch (RateLimitStoreException exception) when (StoreFailures.IsOfSlots(exception))
        {
            // It is a cluster after all, and has done nothing.
            _isRejected = true;
            await Task.WhenAll(group.Select(RunAloneAsync));
            return;
        }

        for (var i = 0; i < group.Length; i++)
        {
            group[i].Read((byte[]?)answers[i]);
        }
    }
}
