using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The limiter of a partition whose plan has one small quota: what it counts lies in the object itself, since a server
/// may hold a million of these.
/// </summary>
/// <typeparam name="TWords">An inline array of as many 64-bit words as the quota counts with.</typeparam>
internal sealed class CompactQuotaRateLimiter<TWords> : QuotaRateLimiter
    where TWords : struct
{
    private TWords _state;

    public CompactQuotaRateLimiter(QuotaSet quotas)
        : base(quotas) => quotas.Initialize(State);

    private protected override Span<long> State =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<TWords, long>(ref _state), Unsafe.SizeOf<TWords>() / sizeof(long));

    /// <summary>Returns nothing: totals would take 16 bytes per partition, and nobody outside can ask for them.</summary>
    public override RateLimiterStatistics? GetStatistics() => null;
}
