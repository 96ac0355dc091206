using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partition of a plan with small counts, such as one window or bucket or two windows: the counts are in the object
/// itself, because a server may hold a million of these.
/// </summary>
/// <typeparam name="TWords">An inline array of as many 64-bit words as the quotas need, or more.</typeparam>
internal class CompactPartition<TWords>(QuotaSet quotas) : MemoryPartition(quotas)
    where TWords : struct
{
    private TWords _state;

    protected sealed override Span<long> State =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<TWords, long>(ref _state), Unsafe.SizeOf<TWords>() / sizeof(long));
}
