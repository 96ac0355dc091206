using System.Diagnostics.Metrics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The metrics of bans, under the meter of <see cref="RateLimitMetrics"/>.</summary>
internal sealed class BanMetrics(Meter meter)
{
    public const string BansName = "rate_limit_headers.bans";

    private readonly Counter<long> _bans = meter.CreateCounter<long>(
        BansName, "{ban}", "Callers that this server has banned, since they went on after rejections.");

    public void Banned(KeyValuePair<string, object?>[] tags) => _bans.Measure(1, tags);
}
