using System.Collections.Concurrent;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>
/// Renews in the background what this server's requests hold in Redis, and releases again what Redis has not heard of. If
/// the server dies, so does that, and the leases end.
/// </summary>
internal sealed class LeaseKeeper : IDisposable
{
    /// <summary>So that two renewals may be lost.</summary>
    private const int RenewalsPerLease = 3;

    private readonly ConcurrentDictionary<long, HeldPermits> _held = [];
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _leaseTime;
    private readonly TimeSpan _interval;
    private readonly BusyTimer _timer;
    private int _callsUnderWay;

    public LeaseKeeper(TimeProvider timeProvider, TimeSpan leaseTime)
    {
        _timeProvider = timeProvider;
        _leaseTime = leaseTime;
        _interval = leaseTime / RenewalsPerLease;
        _timer = new BusyTimer(timeProvider, _interval / 2, Keep, () => !_held.IsEmpty);
    }

    /// <summary>Gets how many leases are held, or not yet known to be released.</summary>
    public int Count => _held.Count;

    /// <summary>Gets how many renewals and releases are under way.</summary>
    public int CallsUnderWay => Volatile.Read(ref _callsUnderWay);

    public void Add(HeldPermits held)
    {
        _held[held.Number] = held;
        _timer.Start();
    }

    public void Forget(HeldPermits held) => _held.TryRemove(new KeyValuePair<long, HeldPermits>(held.Number, held));

    /// <summary>Counts a call that begins.</summary>
    public void OnCall() => Interlocked.Increment(ref _callsUnderWay);

    /// <summary>Counts a call that is done.</summary>
    public void OnAnswer() => Interlocked.Decrement(ref _callsUnderWay);

    public void Dispose() => _timer.Dispose();

    private void Keep()
    {
        foreach (var (_, held) in _held)
        {
            var age = _timeProvider.GetElapsedTime(held.Since);
            if (held.IsReleased)
            {
                if (age >= _leaseTime)
                {
                    // It has ended by itself.
                    Forget(held);
                }
                else
                {
                    _ = held.TellReleaseAsync();
                }
            }
            else if (age >= _interval / 2)
            {
                _ = held.RenewAsync();
            }
        }
    }
}
