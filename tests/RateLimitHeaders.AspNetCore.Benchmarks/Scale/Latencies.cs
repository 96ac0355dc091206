namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// How long acquisitions take from the moment at which each is due: one that has to wait for the one before has waited, as
/// the request that it stands for would have. 10,000 are due each second, at equal distances.
/// </summary>
internal sealed class Latencies
{
    private const int PerSecond = 10_000;

    private readonly long[] _sorted;

    private Latencies(long[] samples)
    {
        Array.Sort(samples);
        _sorted = samples;
    }

    /// <summary>Measures on this thread, which does not sleep between two acquisitions.</summary>
    public static Latencies Measure<TCaller>(Contender<TCaller> contender, TCaller[] callers, TimeSpan time)
    {
        var clock = TimeProvider.System;
        var samples = new long[(int)(time.TotalSeconds * PerSecond)];
        var distance = clock.TimestampFrequency / PerSecond;
        var start = clock.GetTimestamp() + distance;
        for (var i = 0; i < samples.Length; i++)
        {
            var due = start + (i * distance);
            while (clock.GetTimestamp() < due)
            {
                Thread.SpinWait(1);
            }

            if (!contender.Acquire(callers[i % callers.Length]))
            {
                throw new InvalidOperationException("A rejection is not what is measured.");
            }

            samples[i] = clock.GetTimestamp() - due;
        }

        return new Latencies(samples);
    }

    /// <summary>Gets the time that a share of all took at most.</summary>
    public TimeSpan At(double share)
    {
        var index = Math.Clamp((int)Math.Ceiling(share * _sorted.Length) - 1, 0, _sorted.Length - 1);
        return TimeProvider.System.GetElapsedTime(0, _sorted[index]);
    }
}
