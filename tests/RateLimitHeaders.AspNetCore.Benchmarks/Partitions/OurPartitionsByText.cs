namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Our partitions of callers that have a text as their id.</summary>
internal sealed class OurPartitionsByText(MemoryPartitions partitions) : OurPartitions<string>(partitions)
{
    public OurPartitionsByText(Limit limit, int most)
        : this(Create(limit, most))
    {
    }

    public OurPartitionsByText(Quota quota)
        : this(Create(quota, most: 1))
    {
    }

    public override bool Acquire(string caller) => Acquire(new RateLimitPrincipal(TokenTypes.User, caller));

    public override Contender<string> ForAnotherThread() => new OurPartitionsByText(Partitions);
}
