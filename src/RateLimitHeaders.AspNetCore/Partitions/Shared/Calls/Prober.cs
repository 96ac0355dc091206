namespace RateLimitHeaders.AspNetCore;

/// <summary>Checks in the background whether a store is back, one call at a time, at growing intervals.</summary>
internal sealed class Prober : IDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1.5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stop;
    private readonly TimeProvider _timeProvider;

    public Prober(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _stop = _stopping.Token;
    }

    /// <summary>Checks at once, because it may have been one slow call, and then after pauses, until the store is back.</summary>
    public async Task RunAsync(Func<ValueTask<bool>> isBack, Action onBack)
    {
        // The request that found the failure has a response to write, and continues with that.
        await Task.Yield();
        for (var pause = s_firstPause; !_stop.IsCancellationRequested; pause = Min(pause * 2, s_longestPause))
        {
            if (await isBack())
            {
                onBack();
                return;
            }

            await Task.Delay(RetryPause.Spread(pause), _timeProvider, _stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
