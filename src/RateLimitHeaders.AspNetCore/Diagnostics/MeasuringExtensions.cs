using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Extension methods that measure only if there is a listener.</summary>
/// <remarks>Listeners run inside the call. What one throws must not fail the request.</remarks>
internal static class MeasuringExtensions
{
    public static void Measure(this Counter<long> instrument, long amount, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            Call((instrument, amount, tags), static of => of.instrument.Add(of.amount, of.tags));
        }
    }

    public static void Measure(this UpDownCounter<long> instrument, long change, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            Call((instrument, change, tags), static of => of.instrument.Add(of.change, of.tags));
        }
    }

    public static void Measure(this Histogram<double> instrument, TimeSpan duration, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            Call((instrument, duration, tags), static of => of.instrument.Record(of.duration.TotalSeconds, of.tags));
        }
    }

    private static void Call<TState>(TState state, Action<TState> measure)
    {
        try
        {
            measure(state);
        }
#pragma warning disable CA1031 // See the remarks.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
