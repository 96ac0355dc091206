using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Looks at many callers leave Redis time for requests.</summary>
public class LookGroupsTests
{
    [Theory]
    [InlineData(false, "100 200 250")]
    [InlineData(true, "1 2 3")]
    public async Task Run_OfManyCallers_SendsAHundredAtATime(bool seesAllKeys, string calls)
    {
        var runner = new HeldRunner(seesAllKeys);
        var read = 0;
        var questions = Enumerable.Range(0, 250).Select(i => new CallerQuestion($"key {i}", "call", _ => Interlocked.Increment(ref read))).ToArray();
        var asking = new LookGroups(runner).RunAsync(questions, CancellationToken.None);
        List<int> counted = [];
        foreach (var expected in calls.Split(' ').Select(int.Parse))
        {
            await Eventually.IsTrueAsync(() => runner.Calls >= expected, $"There are {runner.Calls} calls.");
            counted.Add(runner.Calls);
            runner.Answer();
        }

        Assert.Equal(new RateLimitStoreException?[250], await asking);
        Assert.Equal((calls, 250), (string.Join(' ', counted), read));
    }

    [Fact]
    public async Task Run_Canceled_SendsNoMore()
    {
        var runner = new HeldRunner(seesAllKeys: false);
        using var canceling = new CancellationTokenSource();
        var questions = Enumerable.Range(0, 101).Select(i => new CallerQuestion($"key {i}", "call", _ => { })).ToArray();
        var asking = new LookGroups(runner).RunAsync(questions, canceling.Token);
        await canceling.CancelAsync();
        runner.Answer();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(100, runner.Calls);
    }

    /// <summary>Answers the calls that were made so far when it is told to.</summary>
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
