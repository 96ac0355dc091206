using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Measures only where something listens.</summary>
/// <remarks>Listeners run inside the call. What one throws must not fail the request.</remarks>
internal static class MeasuringExtensions
{
    public static void Measure(this Counter<long> instrument, long amount, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            try
            {
                instrument.Add(amount, tags);
            }
#pragma warning disable CA1031 // See the remarks.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    public static void Measure(this UpDownCounter<long> instrument, long change, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            try
            {
                instrument.Add(change, tags);
            }
#pragma warning disable CA1031 // See the remarks.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    public static void Measure(this Histogram<double> instrument, TimeSpan duration, KeyValuePair<string, object?>[] tags)
    {
        if (instrument.Enabled)
        {
            try
            {
                instrument.Record(duration.TotalSeconds, tags);
            }
#pragma warning disable CA1031 // See the remarks.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }
}
