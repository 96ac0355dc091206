using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RecentKeysTests
{
    private int _made;

    [Fact]
    public void Of_ACallerWhoComesBack_IsNotMadeAgain()
    {
        var keys = new RecentKeys(Make);
        var first = keys.Of(Caller(0));
        Assert.Equal((UInt128)0, first.Hash);
        Assert.Same(first, keys.Of(Caller(0)));
        Assert.Equal((UInt128)1, keys.Of(Caller(1)).Hash);
        Assert.Equal((2, 2), (_made, keys.Count));
    }

    [Fact]
    public void Of_ManyCallers_HoldsTwiceTheCapacityAndKeepsWhoGoesOnCalling()
    {
        var keys = new RecentKeys(Make);
        var faithful = keys.Of(Caller(0));
        for (var i = 1; i < 5 * RecentKeys.Capacity; i++)
        {
            keys.Of(Caller(i));
            if (i % 1_000 == 0)
            {
                Assert.Same(faithful, keys.Of(Caller(0)));
                Assert.InRange(keys.Count, 1, 2 * RecentKeys.Capacity);
            }
        }

        Assert.Equal(5 * RecentKeys.Capacity, _made);
        Assert.Equal((UInt128)1, keys.Of(Caller(1)).Hash);
        Assert.Equal((5 * RecentKeys.Capacity) + 1, _made);
    }

    [Fact]
    public void Of_SeveralThreads_EachGetsTheKeyOfItsCaller()
    {
        var keys = new RecentKeys(Make);
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 50_000; i++)
            {
                var caller = random.Next(3 * RecentKeys.Capacity);
                Assert.Equal((UInt128)caller, keys.Of(Caller(caller)).Hash);
            }
        });
        Assert.InRange(keys.Count, RecentKeys.Capacity, 2 * RecentKeys.Capacity);
    }

    [Fact]
    public void Of_ALongId_IsNotKept()
    {
        var keys = new PartitionKeys(TestPlan.Create(TimeProvider.System, "api", Quota.FixedWindow("q", 5, TimeSpan.FromMinutes(1))), new RedisStoreOptions());
        var (longest, longer) = (new RateLimitPrincipal("user", new string('x', 256)), new RateLimitPrincipal("user", new string('x', 257)));
        Assert.Same(keys.Of(longest), keys.Of(longest));
        Assert.NotSame(keys.Of(longer), keys.Of(longer));
        Assert.Equal(keys.Of(longer).Keys[0], keys.Of(longer).Keys[0]);
        Assert.NotEqual(keys.Of(longest).Keys[0], keys.Of(longer).Keys[0]);
    }

    private static RateLimitPrincipal Caller(int number) => new("user", $"caller-{number}");

    private CallerKey Make(RateLimitPrincipal principal)
    {
        Interlocked.Increment(ref _made);
        return new(UInt128.Parse(principal.Id.AsSpan("caller-".Length), CultureInfo.InvariantCulture), principal.Id);
    }
}
