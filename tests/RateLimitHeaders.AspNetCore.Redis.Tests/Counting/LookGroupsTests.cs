using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Calls that read the statuses of many callers leave Redis time for requests.</summary>
public class LookGroupsTests
{
    [Theory]
    [InlineData(false, "100 200 250")]
    [InlineData(true, "1 2 3")]
    public async Task Calls_ForManyCallers_AreSentAHundredAtATime(bool seesAllKeys, string calls)
    {
        var runner = new HeldRunner(seesAllKeys);
        var read = 0;
        var looks = Enumerable.Range(0, 250).Select(i => new CallerCall($"key {i}", "call", _ => Interlocked.Increment(ref read))).ToArray();
        var reading = new LookGroups(runner).RunAsync(looks, CancellationToken.None);
        List<int> counted = [];
        foreach (var expected in calls.Split(' ').Select(int.Parse))
        {
            await Eventually.IsTrueAsync(() => runner.Calls >= expected, $"There are {runner.Calls} calls.");
            counted.Add(runner.Calls);
            runner.Answer();
        }

        Assert.Equal(new RateLimitStoreException?[250], await reading);
        Assert.Equal((calls, 250), (string.Join(' ', counted), read));
    }

    [Fact]
    public async Task Calls_AfterACancellation_AreNotSent()
    {
        var runner = new HeldRunner(seesAllKeys: false);
        using var canceling = new CancellationTokenSource();
        var looks = Enumerable.Range(0, 101).Select(i => new CallerCall($"key {i}", "call", _ => { })).ToArray();
        var reading = new LookGroups(runner).RunAsync(looks, canceling.Token);
        await canceling.CancelAsync();
        runner.Answer();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(100, runner.Calls);
    }

    /// <summary>Answers the calls that were made so far when <see cref="Answer"/> is called.</summary>
    private sealed class HeldRunner(bool seesAllKeys) : IScriptRunner
    {
        private readonly List<Action> _held = [];

        public bool SeesAllKeys => seesAllKeys;

        public bool SeesSlots => true;

        public int Calls { get; private set; }

        public Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] values)
        {
            Calls++;
            var answer = new TaskCompletionSource<RedisResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            RedisValue nothing = Array.Empty<byte>();
            _held.Add(() => answer.SetResult(seesAllKeys ? RedisResult.Create([.. keys.Select(_ => nothing)]) : RedisResult.Create(nothing)));
            return answer.Task;
        }

        public void Answer()
        {
            Action[] held = [.. _held];
            _held.Clear();
            Array.ForEach(held, static answer => answer());
        }
    }
}
