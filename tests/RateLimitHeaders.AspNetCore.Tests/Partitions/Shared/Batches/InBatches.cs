namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// The suite of the algorithms over states in memory with permits taken in batches. Where what is held shows, in times and in
/// refunds, the tests ask the store: <see cref="TestedStore.HoldsPermits"/>.
/// </summary>
public static class InBatches
{
    public class AllOrNothing : AllOrNothingTests<BatchingStore>;

    public class BucketRefund : BucketRefundTests<BatchingStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<BatchingStore>;

    public class Cost : CountingCostTests<BatchingStore>;

    public class CostPerQuota : CountedCostPerQuotaTests<BatchingStore>;

    public class Debt : DebtTests<BatchingStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<BatchingStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<BatchingStore>;

    public class PeekAndReset : PeekAndResetTests<BatchingStore>;

    public class ReferenceModel : ReferenceModelTests<BatchingStore>;

    public class RetryAfter : RetryAfterTests<BatchingStore>;

    public class SetLimit : SetLimitTests<BatchingStore>;

    public class Calendar : CalendarTests<BatchingStore>;

    public class Status : CountedStatusTests<BatchingStore>;
}
