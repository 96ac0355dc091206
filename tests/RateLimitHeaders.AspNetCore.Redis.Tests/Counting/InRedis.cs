namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The suite of the algorithms over Redis.</summary>
public static class InRedis
{
    public class AllOrNothing : AllOrNothingTests<RedisTestStore>;

    public class BucketLedgers : BucketLedgerTests<RedisTestStore>;

    public class BucketRefund : BucketRefundTests<RedisTestStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<RedisTestStore>;

    public class Cost : CountingCostTests<RedisTestStore>;

    public class CostPerQuota : CountedCostPerQuotaTests<RedisTestStore>;

    public class Debt : DebtTests<RedisTestStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<RedisTestStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<RedisTestStore>;

    public class PeekAndReset : PeekAndResetTests<RedisTestStore>;

    public class ReferenceModel : ReferenceModelTests<RedisTestStore>;

    public class ReleasedDecision : ReleasedDecisionTests<RedisTestStore>;

    public class RetryAfter : RetryAfterTests<RedisTestStore>;

    public class SetLimit : SetLimitTests<RedisTestStore>;

    public class Calendar : CalendarTests<RedisTestStore>;

    public class Status : CountedStatusTests<RedisTestStore>;
}
