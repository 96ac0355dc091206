using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Monotonic time, counted in 100 ns ticks from the Unix epoch, starting at the wall clock's time when this clock was created.
/// </summary>
/// <remarks>
/// Every decision reads <see cref="Now"/>, which does not follow jumps of the wall clock. The wall clock is read again only when a calendar
/// window or an aligned window opens, and to show a moment. Because this clock counts from the Unix epoch, "aligned to the clock" and the segments
/// of sliding windows are a plain division, the same for every partition, however old it is.
/// </remarks>
public sealed class RateLimitClock
{
    /// <summary>Smaller differences come from reading two clocks one after the other, or from slewing; larger ones are a jump.</summary>
    private const long JumpTolerance = TimeSpan.TicksPerSecond;

    private const long ShiftLifetime = TimeSpan.TicksPerSecond;

    private static readonly ConditionalWeakTable<TimeProvider, RateLimitClock> s_clocks = [];

    // The latest moment, some 14,000 years after the epoch: later ones count as this one, so that sums with windows do not overflow.
    private const long LastMoment = long.MaxValue / 2;

    private readonly TimeProvider _timeProvider;
    private readonly long _startTimestamp;
    private readonly long _startTicks;

    // The quotient that TimeProvider.GetElapsedTime computes for each reading, which takes 4 ns.
    private readonly double _ticksPerUnit;
    private long _wallClockShift;
    private long _shiftReadAt;

    private RateLimitClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        // A wall clock before the epoch is wrong, and would make moments negative.
        var wallClock = UnixTicks(timeProvider.GetUtcNow());
        _startTicks = Math.Max(0, wallClock);
        _wallClockShift = wallClock - _startTicks;
        _startTimestamp = timeProvider.GetTimestamp();

        // Throws for a clock without a frequency, such as a mock of a test, whose time would silently stand still.
        _ = timeProvider.GetElapsedTime(_startTimestamp, _startTimestamp);
        _ticksPerUnit = (double)TimeSpan.TicksPerSecond / timeProvider.TimestampFrequency;
        _shiftReadAt = _startTicks;
    }

    /// <summary>Gets the clock's time provider, for timers.</summary>
    internal TimeProvider TimeProvider => _timeProvider;

    /// <summary>Gets the present moment, in ticks of 100 ns since the Unix epoch.</summary>
    public long Now => _startTicks + Math.Clamp((long)((_timeProvider.GetTimestamp() - _startTimestamp) * _ticksPerUnit), 0, LastMoment);

    /// <summary>Gets the one clock of a <see cref="TimeProvider"/>: partitions that share it align their windows in the same way.</summary>
    /// <param name="timeProvider">The time provider.</param>
    public static RateLimitClock For(TimeProvider timeProvider) =>
        s_clocks.GetValue(timeProvider, static provider => new RateLimitClock(provider));

    /// <summary>Returns the difference between the wall clock and <see cref="Now"/>, for showing moments and for windows that open.</summary>
    /// <remarks>
    /// The shift is kept until it is wrong by more than a second, so that one moment is always shown in the same way,
    /// whatever nanoseconds pass between the readings of the two clocks. It is checked once a second,
    /// because reading the clock takes time.
    /// </remarks>
    internal long WallClockShift(long now)
    {
        if (now - Volatile.Read(ref _shiftReadAt) < ShiftLifetime)
        {
            return Volatile.Read(ref _wallClockShift);
        }

        Volatile.Write(ref _shiftReadAt, now);
        var known = Volatile.Read(ref _wallClockShift);
        var before = Now;
        var shift = UnixTicks(_timeProvider.GetUtcNow()) - before;

        // A thread that was suspended between reading the two clocks has seen no jump.
        if (Math.Abs(shift - known) <= JumpTolerance || Now - before > JumpTolerance)
        {
            return known;
        }

        Volatile.Write(ref _wallClockShift, shift);
        return shift;
    }

    /// <summary>Gets the ticks since the Unix epoch.</summary>
    internal static long UnixTicks(DateTimeOffset instant) => instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
}
