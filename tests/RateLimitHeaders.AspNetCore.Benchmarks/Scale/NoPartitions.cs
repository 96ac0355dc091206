namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Grants everything: what it takes is what measuring and the machine take.</summary>
internal sealed class NoPartitions<TCaller> : Contender<TCaller>
{
    public override bool Acquire(TCaller caller) => true;

    public override Contender<TCaller> ForAnotherThread() => this;

    public override void Dispose()
    {
    }
}
