using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partition of a plan that counts little, such as one window or bucket or two windows: what it counts lies in the object
/// itself, since a server may hold a million of these.
/// </summary>
/// <typeparam name="TWords">An inline array of as many 64-bit words as the quota counts with, or more.</typeparam>
internal class CompactPartition<TWords>(QuotaSet quotas) : MemoryPartition(quotas)
    where TWords : struct
{
    private TWords _state;

    protected sealed override Span<long> State =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<TWords, long>(ref _state), Unsafe.SizeOf<TWords>() / sizeof(long));
}
