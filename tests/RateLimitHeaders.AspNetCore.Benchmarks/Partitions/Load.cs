namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>How many threads acquire, all for one caller or each for its own share of the callers, among how many partitions.</summary>
public sealed record Load(int Threads, bool SameCaller, int Partitions)
{
    /// <summary>Gets the load that this one is measured against.</summary>
    public Load OnOneThread() => this with { Threads = 1 };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Threads} thread{(Threads == 1 ? "" : "s")}, {(SameCaller ? "same caller" : "different")}, {Partitions:N0}");
}
