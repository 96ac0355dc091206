namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// The suite of the algorithms over Redis with permits taken in batches: the part of it that asks nothing of a bucket that is
/// told while a batch is held, as it refills less then, nor of what a caller's earlier leases change in Redis meanwhile, which
/// is not seen before the batch ends.
/// </summary>
public static class InLeases
{
    public class AllOrNothing : AllOrNothingTests<LeasingRedisStore>;

    public class Cost : CountingCostTests<LeasingRedisStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<LeasingRedisStore>;

    public class RetryAfter : RetryAfterTests<LeasingRedisStore>;

    public class Status : StatusTests<LeasingRedisStore>;
}
