namespace RateLimitHeaders.AspNetCore;

/// <summary>How many requests a policy has admitted and rejected while the page of operators was viewed.</summary>
internal sealed class PolicyTally
{
    private long _admitted;
    private long _rejected;

    public long Admitted => Volatile.Read(ref _admitted);

    public long Rejected => Volatile.Read(ref _rejected);

    public void Count(bool isRejected) => Interlocked.Increment(ref isRejected ? ref _rejected : ref _admitted);
}
