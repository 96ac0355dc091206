namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// The suite of the algorithms over Redis with permits taken in batches, all of it. Where what is held shows, in times and in
/// refunds, the tests ask the store: <see cref="TestedStore.HoldsPermits"/>.
/// </summary>
public static class InLeases
{
    public class AllOrNothing : AllOrNothingTests<LeasingRedisStore>;

    public class BucketRefund : BucketRefundTests<LeasingRedisStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<LeasingRedisStore>;

    public class Cost : CountingCostTests<LeasingRedisStore>;

    public class DisposedLease : DisposedLeaseTests<LeasingRedisStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<LeasingRedisStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<LeasingRedisStore>;

    public class ReferenceModel : ReferenceModelTests<LeasingRedisStore>;

    public class ReferenceModelWithAnswersOutOfOrder : ReferenceModelTests<OvertakingRedisStore>;

    public class RetryAfter : RetryAfterTests<LeasingRedisStore>;

    public class SetLimit : SetLimitTests<LeasingRedisStore>;

    public class Status : StatusTests<LeasingRedisStore>;
}
