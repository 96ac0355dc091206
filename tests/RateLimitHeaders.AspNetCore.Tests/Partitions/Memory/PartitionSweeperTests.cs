using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>When sweeps come, by how long they take.</summary>
public class PartitionSweeperTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();
    private readonly List<double> _sweeps = [];
    private readonly long _start;

    public PartitionSweeperTests() => _start = _time.GetTimestamp();

    [Fact]
    public void Sweeps_ThatTakeNoTime_ComeFourTimesInAWindow()
    {
        using var sweeper = Sweep(s_window);
        _time.Advance(s_window);

        Assert.Equal([5, 10, 15, 20], _sweeps);
    }

    [Fact]
    public void Sweeps_ThatTakeLong_TakeAQuarterOfAPercentOfTheTime()
    {
        using var sweeper = Sweep(s_window, taking: TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(600));

        Assert.Equal([5, 205.5, 406], _sweeps);
    }

    [Fact]
    public void Sweeps_OfLongWindows_AreRareAnyway()
    {
        using var sweeper = Sweep(TimeSpan.FromHours(1), taking: TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(2_000));

        Assert.Equal([900, 1_800.5], _sweeps);
    }

    [Fact]
    public void Sweeps_DuringWhichTheMachineWasSuspended_AreFiveMinutesApart()
    {
        using var sweeper = Sweep(s_window, taking: TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(5 + 3_600 + 300));

        Assert.Equal([5, 3_905], _sweeps);
    }

    [Fact]
    public void Sweep_ThatIsNeeded_ComesWithinASecondAndOnce()
    {
        using var sweeper = Sweep(s_window, taking: TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(20));

        sweeper.Hasten();
        _time.Advance(TimeSpan.FromSeconds(0.5));
        sweeper.Hasten();
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal([5, 21], _sweeps);
    }

    [Fact]
    public void Sweep_ThatIsNeededWhileOneRuns_ComesASecondAfterIt()
    {
        PartitionSweeper? sweeper = null;
        using var started = sweeper = Sweep(s_window, taking: TimeSpan.FromSeconds(3), during: () =>
        {
            if (_sweeps.Count == 1)
            {
                sweeper!.Hasten();
            }
        });
        _time.Advance(TimeSpan.FromSeconds(100));

        // The timer rings while the first one runs; that one is over at 8 s.
        Assert.Equal([5, 9], _sweeps);
    }

    [Fact]
    public void Sweeps_OfTheLongestWindow_AreNotTooRareForATimer()
    {
        using var sweeper = new PartitionSweeper(TimeProvider.System, QuotaRules.MaxWindow, () => { });

        Assert.True(QuotaRules.MaxWindow / 4 > TimeSpan.FromMilliseconds(uint.MaxValue - 1));
    }

    [Fact]
    public void Sweeper_ThatNothingUses_IsNotKeptByItsTimer()
    {
        var sweeper = Create();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(sweeper.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Create() => new(new PartitionSweeper(TimeProvider.System, s_window, static () => { }));
    }

    private PartitionSweeper Sweep(TimeSpan window, TimeSpan taking = default, Action? during = null) => new(_time, window, () =>
    {
        _sweeps.Add(_time.GetElapsedTime(_start).TotalSeconds);
        during?.Invoke();
        _time.Advance(taking);
    });
}
