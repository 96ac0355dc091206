namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>
/// The suite of the algorithms over Redis with permits taken in batches, all of it. Where what is held shows, in times and in
/// refunds, the tests ask the store: <see cref="TestedStore.HoldsPermits"/>.
/// </summary>
public static class InBatches
{
    public class AllOrNothing : AllOrNothingTests<BatchingTestStore>;

    public class BucketRefund : BucketRefundTests<BatchingTestStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<BatchingTestStore>;

    public class Cost : CountingCostTests<BatchingTestStore>;

    public class CostPerQuota : CountedCostPerQuotaTests<BatchingTestStore>;

    public class Debt : DebtTests<BatchingTestStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<BatchingTestStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<BatchingTestStore>;

    public class PeekAndReset : PeekAndResetTests<BatchingTestStore>;

    public class ReferenceModel : ReferenceModelTests<BatchingTestStore>;

    public class ReferenceModelWithAnswersOutOfOrder : ReferenceModelTests<OvertakingTestStore>;

    public class RetryAfter : RetryAfterTests<BatchingTestStore>;

    public class SetLimit : SetLimitTests<BatchingTestStore>;

    public class Calendar : CalendarTests<BatchingTestStore>;

    public class Status : CountedStatusTests<BatchingTestStore>;
}
