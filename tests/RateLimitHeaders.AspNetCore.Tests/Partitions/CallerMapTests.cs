using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CallerMapTests
{
    private const int Capacity = 100;

    private readonly ManualTimeProvider _clock = new();
    private int _looks;

    [Fact]
    public void Set_OfCallersBeyondTheCapacity_LooksThroughTheOthersOnceASecond()
    {
        var map = Create(static _ => false);
        Fill(map, 10 * Capacity);
        Assert.Equal(Capacity, map.Count);
        Assert.InRange(_looks, 0, Capacity);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Fill(map, 10 * Capacity);
        Assert.InRange(_looks, Capacity, 2 * Capacity);
    }

    [Fact]
    public void Set_OfACallerBeyondTheCapacity_FindsTheRoomOfThoseThatAreOverWithinASecond()
    {
        var isOver = false;
        var map = Create(_ => isOver);
        Fill(map, Capacity + 1);
        isOver = true;
        _clock.Advance(TimeSpan.FromSeconds(1));
        map.Set(new RateLimitPrincipal("user", "newcomer"), "value");
        Assert.Equal(1, map.Count);
    }

    [Fact]
    public void Values_ThatAreOver_AreRemovedWithinAMinuteWithoutAnotherCaller()
    {
        var isOver = false;
        var map = Create(_ => isOver);
        Fill(map, Capacity);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Capacity, map.Count);
        isOver = true;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, map.Count);

        // Nothing is left to look through until there is a caller again.
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3 * Capacity, _looks);
        Fill(map, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, (3 * Capacity) + 1), (map.Count, _looks));
    }

    [Fact]
    public void Sweeps_KeepNothingOfTheRequestThatCreatesTheMap()
    {
        var (map, request) = Create();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(request.IsAlive);
        Assert.Equal(1, map.Count);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (CallerMap<string> Map, WeakReference Request) Create()
        {
            var request = new AsyncLocal<object?> { Value = new object() };
            var map = new CallerMap<string>(RateLimitClock.For(TimeProvider.System), Capacity, static (_, _) => false);
            Fill(map, 1);
            var value = new WeakReference(request.Value);
            request.Value = null;
            return (map, value);
        }
    }

    private static void Fill(CallerMap<string> map, int callers)
    {
        for (var i = 0; i < callers; i++)
        {
            map.Set(new RateLimitPrincipal("user", $"caller {i}"), "value");
        }
    }

    private CallerMap<string> Create(Func<string, bool> isOver) => new(RateLimitClock.For(_clock), Capacity, (value, _) =>
    {
        _looks++;
        return isOver(value);
    });
}
