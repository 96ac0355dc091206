namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// The suite of the algorithms over Redis with permits taken in batches: the part of it that asks nothing of a bucket that is
/// told while a batch is held, as it refills less then.
/// </summary>
public static class InLeases
{
    public class AllOrNothing : AllOrNothingTests<LeasingRedisStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<LeasingRedisStore>;

    public class Cost : CountingCostTests<LeasingRedisStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<LeasingRedisStore>;

    public class RetryAfter : RetryAfterTests<LeasingRedisStore>;

    public class SetLimit : SetLimitTests<LeasingRedisStore>;

    public class Status : StatusTests<LeasingRedisStore>;
}
