namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The partitions that callers share for which there is no room. Callers whose id is a text that a rule has checked share one. Callers
/// that are identified by their address share one with their neighbors, so that a flood from some networks uses up the permits of their
/// neighbors, and not those of callers in other networks. So do texts that no rule has checked, by the address that they came
/// from, and partitions of one user that a policy counts separately (<see cref="RateLimitPrincipal.Origin"/>).
/// </summary>
/// <remarks>
/// A /46 of IPv6 has more /64s than the default cap has partitions, so that one attacker can use up all of them for the length of
/// a window. Callers that have a partition keep it. The others share one with the addresses of their IPv4 /24 or IPv6
/// /48: a /46 has four of these.
/// </remarks>
internal sealed class OverflowPartitions : IDisposable
{
    // 96 bytes each with a fixed window, and 192 with a sliding window of 12 segments. Several networks may share one partition.
    private const int Groups = 4_096;
    private const int IPv4HostBits = 8;
    private const int IPv6HostBits = 80;

    private MemoryPartition?[]? _byNetwork;
    private MemoryPartition? _byText;

    /// <summary>Returns the partition that a caller shares, if there is one.</summary>
    public MemoryPartition? Find(in RateLimitPrincipal principal) => IsCheckedText(principal)
        ? Volatile.Read(ref _byText)
        : Volatile.Read(ref _byNetwork) is { } groups ? Volatile.Read(ref groups[GroupOf(principal.Origin)]) : null;

    /// <summary>Returns the partition that a caller shares, and creates it if necessary.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="create">Creates the partition, unless another thread has done so.</param>
    public MemoryPartition Get(in RateLimitPrincipal principal, Func<MemoryPartition> create)
    {
        if (IsCheckedText(principal))
        {
            return LazyInitializer.EnsureInitialized(ref _byText, create);
        }

        var groups = LazyInitializer.EnsureInitialized(ref _byNetwork, static () => new MemoryPartition?[Groups]);
        return LazyInitializer.EnsureInitialized(ref groups[GroupOf(principal.Origin)], create);
    }

    public void Dispose()
    {
        // The references are cleared first: otherwise a running request would find a disposed partition again and again.
        Interlocked.Exchange(ref _byText, null)?.Dispose();
        foreach (var shared in Interlocked.Exchange(ref _byNetwork, null) ?? [])
        {
            shared?.Dispose();
        }
    }

    private static bool IsCheckedText(in RateLimitPrincipal principal) => principal.TextId is not null && principal.Origin == 0;

    /// <remarks>Hash codes depend on a secret of the process, so that an attacker cannot choose networks that meet in one group.</remarks>
    private static int GroupOf(UInt128 origin) =>
        (int)((uint)HashCode.Combine(origin >> (ClientAddress.IsIPv4(origin) ? IPv4HostBits : IPv6HostBits)) % Groups);
}
