namespace RateLimitHeaders.AspNetCore.Tests;

public sealed class ProberTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Prober _prober;
    private int _asked;
    private bool _isBack;

    public ProberTests() => _prober = new Prober(_time);

    public void Dispose() => _prober.Dispose();

    [Fact]
    public async Task Run_NoAnswer_ProbesLessAndLessOften()
    {
        var probing = StartAsync();
        double[] pauses = [50, 100, 200, 400, 800, 1_500, 1_500];
        for (var i = 0; i < pauses.Length; i++)
        {
            await PauseAsync();
            Assert.Equal(i + 1, _asked);

            // A delay is cut to whole milliseconds.
            Assert.InRange(MillisecondsToTheEndOfThePause(), Math.Floor(pauses[i] * 0.75), pauses[i] * 1.25);
        }

        Assert.False(probing.IsCompleted);
    }

    [Fact]
    public async Task Run_Answer_StopsProbing()
    {
        _isBack = true;

        await StartAsync();

        Assert.Equal(1, _asked);
        Assert.Equal(0, _time.RunningTimers);
    }

    [Fact]
    public async Task Dispose_InAPause_StopsProbing()
    {
        var probing = StartAsync();
        await PauseAsync();

        _prober.Dispose();
        await probing.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(1, _asked);
        Assert.Equal(0, _time.RunningTimers);
    }

    private Task StartAsync() => _prober.RunAsync(
        () =>
        {
            _asked++;
            return new(_isBack);
        },
        static () => { });

    private int MillisecondsToTheEndOfThePause()
    {
        var asked = Volatile.Read(ref _asked);
        var passed = 0;
        do
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            passed++;
        }
        while (_time.RunningTimers > 0 && Volatile.Read(ref _asked) == asked);

        return passed;
    }

    private async Task PauseAsync()
    {
        for (var attempt = 0; _time.RunningTimers == 0; attempt++)
        {
            Assert.True(attempt < 5_000, "No pause begins.");
            await Task.Delay(1);
        }
    }
}
