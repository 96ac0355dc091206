using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Renews in the background the permits that this server's requests hold in a store, and repeats releases that had no answer.
/// If the server stops, so do the renewals, and the permits expire in the store. All plans share it, because requests outlive the partitions of
/// a plan that a reload changes.
/// </summary>
internal sealed class PermitKeeper : IDisposable
{
    /// <summary>The number of renewals in a lifetime, of which two may be lost.</summary>
    private const int RenewalsPerLifetime = 3;

    private readonly ConcurrentDictionary<HeldPermits, bool> _held = [];
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _lifetime;
    private readonly TimeSpan _interval;
    private readonly BusyTimer _timer;
    private int _callsUnderWay;

    public PermitKeeper(TimeProvider timeProvider, TimeSpan lifetime)
    {
        _timeProvider = timeProvider;
        _lifetime = lifetime;
        _interval = lifetime / RenewalsPerLifetime;
        _timer = new BusyTimer(timeProvider, _interval / 2, Keep, () => !_held.IsEmpty);
    }

    /// <summary>Gets the number of requests that hold permits, or are not yet known to hold none.</summary>
    public int Count => _held.Count;

    /// <summary>Gets the number of renewals and releases in progress.</summary>
    public int CallsUnderWay => Volatile.Read(ref _callsUnderWay);

    /// <summary>Gets the present moment, as a timestamp.</summary>
    public long Now => _timeProvider.GetTimestamp();

    public void Add(HeldPermits held)
    {
        _held[held] = true;
        _timer.Start();
    }

    public void Forget(HeldPermits held) => _held.TryRemove(held, out _);

    /// <summary>Counts a call that begins.</summary>
    public void OnCall() => Interlocked.Increment(ref _callsUnderWay);

    /// <summary>Counts a call that is done.</summary>
    public void OnAnswer() => Interlocked.Decrement(ref _callsUnderWay);

    public void Dispose() => _timer.Dispose();

    private void Keep()
    {
        foreach (var (held, _) in _held)
        {
            var age = _timeProvider.GetElapsedTime(held.Since);
            if (held.IsReleased)
            {
                if (age >= _lifetime)
                {
                    // They have come back by themselves.
                    Forget(held);
                }
                else
                {
                    _ = held.SendReleaseAsync();
                }
            }
            else if (age >= _interval / 2)
            {
                _ = held.RenewAsync();
            }
        }
    }
}
