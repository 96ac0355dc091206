namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Remembers whether a store answered last time. One failure opens it, because the next request would wait just as long as this
/// one did; this costs little if the failure was a single slow call, because the first probe follows at once.
/// </summary>
internal sealed class Circuit(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private volatile Outage? _outage;
    private volatile int _epoch;

    /// <summary>Gets the present outage; <see langword="null"/> while the store answers.</summary>
    public Outage? Outage => _outage;

    /// <summary>
    /// Gets the number of outages that are over. A call remembers it: the result of a call in an outage has no meaning for the store
    /// after the outage.
    /// </summary>
    public int Epoch => _epoch;

    /// <summary>Records a failure.</summary>
    /// <returns>Whether an outage begins with it.</returns>
    public bool Open(int epoch, StoreFailure cause, ProbeTarget target)
    {
        lock (_lock)
        {
            if (epoch != _epoch)
            {
                return false;
            }

            var begins = _outage is null;
            _outage = _outage is { } outage
                ? Explained(outage, cause) with { Target = target }
                : new Outage(timeProvider.GetUtcNow(), timeProvider.GetTimestamp(), cause, target);
            return begins;
        }
    }

    /// <summary>Records the cause of an outage of which only the missing answer in time was known.</summary>
    public void Explain(int epoch, StoreFailure cause)
    {
        lock (_lock)
        {
            if (epoch == _epoch && _outage is { } outage)
            {
                _outage = Explained(outage, cause);
            }
        }
    }

    /// <summary>Ends the outage.</summary>
    /// <returns>The length of the outage.</returns>
    public TimeSpan Close()
    {
        lock (_lock)
        {
            var length = _outage is { } outage ? timeProvider.GetElapsedTime(outage.Timestamp) : TimeSpan.Zero;
            _epoch++;
            _outage = null;
            return length;
        }
    }

    private static Outage Explained(Outage outage, StoreFailure cause) =>
        outage.Cause.Kind == StoreFailureKind.Deadline ? outage with { Cause = cause } : outage;
}
