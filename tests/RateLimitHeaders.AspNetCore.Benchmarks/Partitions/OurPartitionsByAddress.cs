using System.Net;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Our partitions of callers that are known by their address.</summary>
internal sealed class OurPartitionsByAddress(MemoryPartitions partitions) : OurPartitions<IPAddress>(partitions)
{
    public OurPartitionsByAddress(Limit limit, int most)
        : this(Create(limit, most))
    {
    }

    public override bool Acquire(IPAddress caller) => Acquire(new RateLimitPrincipal(
        TokenTypes.Anonymous, ClientAddress.ToKey(caller, ClientAddress.DefaultIPv6PrefixLength)));

    public override Contender<IPAddress> ForAnotherThread() => new OurPartitionsByAddress(Partitions);
}
