using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Servers whose clocks are apart, and what a state is when its clock was set back.</summary>
public class StateClockTests
{
    private static Quota[] EachAlgorithm(double limit) =>
    [
        Quota.FixedWindow("q", limit, Minute),
        Quota.FixedWindow("q", limit, Minute, alignToClock: true),
        Quota.SlidingWindow("q", limit, Minute),
        Quota.TokenBucket("q", limit, Minute),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Server_WhoseClockIsBehind_CountsAtTheTimeThatAnotherSaved(int algorithm)
    {
        using var one = new StateServer(EachAlgorithm(10)[algorithm]);
        using var behind = one.Share(quotas: EachAlgorithm(10)[algorithm]);
        behind.Store.Ahead = TimeSpan.FromSeconds(-40);
        var first = await one.Alice.TakeAsync(6);
        var second = await behind.Alice.TakeAsync(3);
        Assert.Equal(1, second.Statuses[0].Remaining);
        Assert.Equal(first.Decision.StoreTime, second.Decision.StoreTime);
        Assert.False((await behind.Alice.TakeAsync(2)).IsAcquired);
        Assert.False((await one.Alice.TakeAsync(2)).IsAcquired);

        // Nothing that the other took is lost when it saves.
        await second.RefundAsync(3);
        Assert.Equal(4, (await one.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Server_WhoseClockIsAhead_BringsNothingBackTwice()
    {
        using var one = new StateServer(Quota.TokenBucket("q", 60, Minute));
        using var ahead = one.Share(quotas: Quota.TokenBucket("q", 60, Minute));
        ahead.Store.Ahead = TimeSpan.FromSeconds(10);
        await one.Alice.TakeAsync(60);

        // Ten tokens are back by the other's clock. They are taken, and are back no second time by this one's.
        Assert.True((await ahead.Alice.TakeAsync(10)).IsAcquired);
        Assert.False((await ahead.Alice.TakeAsync()).IsAcquired);
        one.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, (await one.Alice.PeekAsync()).Statuses[0].Remaining);
        one.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await one.Alice.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task WallClock_ThatIsSetBack_GivesNothingBackAndTakesNothingAway()
    {
        foreach (var quota in EachAlgorithm(10))
        {
            using var server = new StateServer(quota);
            var decision = await server.Alice.TakeAsync(4);
            server.Clock.JumpWallClock(TimeSpan.FromMinutes(-30));
            Assert.Equal(4, (await server.Alice.TakeAsync(2)).Statuses[0].Remaining);
            await decision.RefundAsync(4);
            Assert.Equal(8, decision.Statuses[0].Remaining);
        }
    }

    [Fact]
    public async Task Statuses_AreOfThisServersMomentAndOfTheTimeThatAllCountAt()
    {
        using var server = new StateServer(Quota.FixedWindow("q", 10, Minute));
        server.Store.Ahead = TimeSpan.FromSeconds(5);
        var decision = await server.Alice.TakeAsync();
        Assert.Equal(RateLimitClock.For(server.Clock).Now, decision.Decision.TakenAt);
        Assert.Equal(ManualTimeProvider.Start.AddSeconds(5), decision.Decision.StoreTime);
        server.Clock.Advance(TimeSpan.FromSeconds(20));
        await decision.RefreshAsync();
        Assert.Equal(TimeSpan.FromSeconds(40), decision.Statuses[0].UntilAll);
        Assert.Equal(ManualTimeProvider.Start.AddSeconds(25), decision.Decision.StoreTime);
        Assert.Equal(decision.Decision.StoreTime, (await server.Alice.PeekAsync()).Decision.StoreTime);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ServersWithClocksApart_AnySchedule_AdmitNoMoreThanTheAlgorithmPromises(int algorithm)
    {
        const int Limit = 20;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var states = new ConcurrentDictionary<string, StoredState>();
            var clock = new ManualTimeProvider();
            var servers = Enumerable.Range(0, 3).Select(_ => new StateServer(
                new DictionaryStore(states) { Ahead = TimeSpan.FromSeconds(random.Next(-30, 30)) }, clock, EachAlgorithm(Limit)[algorithm])).ToList();
            var admitted = new List<(long At, long Permits)>();
            for (var step = 0; step < 150; step++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 3) * random.Next(0, 8_000)));
                var permits = random.Next(1, 7);
                var decision = await servers[random.Next(servers.Count)].Alice.TakeAsync(permits);
                if (decision.IsAcquired)
                {
                    admitted.Add((decision.Decision.StoreTime!.Value.Ticks, permits));
                }
            }

            servers.ForEach(server => server.Dispose());
            Assert.True(admitted.Count > 20, "This shows little.");
            AssertAdmitted(algorithm, admitted, Limit);
        }
    }

    private static void AssertAdmitted(int algorithm, List<(long At, long Permits)> admitted, int limit)
    {
        Assert.Equal(admitted.Select(one => one.At).Order(), admitted.Select(one => one.At));
        var (end, used) = (0L, 0L);
        for (var first = 0; first < admitted.Count; first++)
        {
            if (algorithm < 2)
            {
                if (admitted[first].At >= end)
                {
                    end = algorithm == 0 ? admitted[first].At + Minute.Ticks : ((admitted[first].At / Minute.Ticks) + 1) * Minute.Ticks;
                    used = 0;
                }

                used += admitted[first].Permits;
                Assert.True(used <= limit, $"{used} in a window of {limit}");
                continue;
            }

            var sum = 0L;
            for (var last = first; last < admitted.Count; last++)
            {
                sum += admitted[last].Permits;
                var time = admitted[last].At - admitted[first].At;
                Assert.False(algorithm == 2 && time <= Minute.Ticks && sum > limit, $"{sum} in {time} ticks");
                Assert.False(algorithm == 3 && sum * Minute.Ticks > limit * (Minute.Ticks + time), $"{sum} in {time} ticks");
            }
        }
    }
}
