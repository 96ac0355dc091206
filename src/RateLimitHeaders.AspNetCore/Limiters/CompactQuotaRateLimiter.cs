using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The limiter of a partition whose plan has one small quota: what it counts lies in the object itself, since a server
/// may hold a million of these.
/// </summary>
internal sealed class CompactQuotaRateLimiter : QuotaRateLimiter
{
    private Words _state;

    public CompactQuotaRateLimiter(QuotaSet quotas)
        : base(quotas) => quotas.Initialize(State);

    private protected override Span<long> State => _state;

    /// <summary>Tells whether a limiter of these quotas can be a compact one.</summary>
    public static bool Fits(QuotaSet quotas) => quotas.StateLength <= Words.Length && quotas.Concurrency is null;

    /// <summary>Returns nothing: totals would take 16 bytes per partition, and nobody outside can ask for them.</summary>
    public override RateLimiterStatistics? GetStatistics() => null;

    [InlineArray(Length)]
    private struct Words
    {
        public const int Length = 3;

        private long _first;
    }
}
