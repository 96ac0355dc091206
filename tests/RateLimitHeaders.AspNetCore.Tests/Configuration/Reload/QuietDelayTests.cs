namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An action that takes longer than the signals are apart runs again and again, and never twice at once.</summary>
public class QuietDelayTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Signals_WhileTheActionRuns_RunItOnceMore_AfterAQuietTimeFromItsEnd()
    {
        var (runs, running, most) = (0, 0, 0);
        QuietDelay? delay = null;
        using var disposed = delay = new QuietDelay(_time, LimitsReload.Quiet, LimitsReload.LongestDelay, () =>
        {
            runs++;
            most = Math.Max(most, ++running);
            if (runs == 1)
            {
                // The action takes ten seconds, with a signal each second.
                for (var second = 0; second < 10; second++)
                {
                    delay!.Signal();
                    _time.Advance(TimeSpan.FromSeconds(1));
                }
            }

            running--;
        });

        delay.Signal();
        _time.Advance(LimitsReload.Quiet);
        Assert.Equal((1, 1), (runs, most));

        _time.Advance(LimitsReload.Quiet - TimeSpan.FromTicks(1));
        Assert.Equal(1, runs);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((2, 1), (runs, most));

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, runs);
        Assert.Equal(0, _time.RunningTimers);
    }

    [Fact]
    public void Action_WithoutASignalWhileItRan_RunsForTheNextOne()
    {
        var runs = 0;
        using var delay = new QuietDelay(_time, LimitsReload.Quiet, LimitsReload.LongestDelay, () => runs++);

        for (var signal = 1; signal <= 3; signal++)
        {
            delay.Signal();
            _time.Advance(LimitsReload.Quiet);
            Assert.Equal((signal, 0), (runs, _time.RunningTimers));
        }
    }
}
