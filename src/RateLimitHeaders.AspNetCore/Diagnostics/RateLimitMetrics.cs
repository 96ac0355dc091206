using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics, under the meter <c>RateLimitHeaders.AspNetCore</c>. No tag carries an id of a caller.</summary>
internal sealed class RateLimitMetrics : IDisposable
{
    public const string MeterName = "RateLimitHeaders.AspNetCore";
    public const string OverflowName = "rate_limit_headers.partition_overflows";

    private readonly Meter _meter;
    private readonly Counter<long> _overflows;

    public RateLimitMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _overflows = _meter.CreateCounter<long>(
            OverflowName, "{request}", "Requests that were counted in the shared partition, since the plan had as many as it may have.");
    }

    /// <summary>Gets the meter, for the metrics of parts that not every application uses.</summary>
    internal Meter Meter => _meter;

    public void Overflowed(string policy, string tokenType)
    {
        if (_overflows.Enabled)
        {
            try
            {
                _overflows.Add(1, new("policy", policy), new("token_type", tokenType));
            }
#pragma warning disable CA1031 // Listeners run inside Add; what one throws must not fail the request.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    public void Dispose() => _meter.Dispose();
}
