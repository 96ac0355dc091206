namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The suite of the algorithms over partitions in memory.</summary>
public static class InMemory
{
    public class AllOrNothing : AllOrNothingTests<MemoryStore>;

    public class BucketLedgers : BucketLedgerTests<MemoryStore>;

    public class BucketRefund : BucketRefundTests<MemoryStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<MemoryStore>;

    public class Cost : CountingCostTests<MemoryStore>;

    public class CostPerQuota : CountedCostPerQuotaTests<MemoryStore>;

    public class Debt : DebtTests<MemoryStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<MemoryStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<MemoryStore>;

    public class PeekAndReset : PeekAndResetTests<MemoryStore>;

    public class ReferenceModel : ReferenceModelTests<MemoryStore>;

    public class ReleasedDecision : ReleasedDecisionTests<MemoryStore>;

    public class RetryAfter : RetryAfterTests<MemoryStore>;

    public class SetLimit : SetLimitTests<MemoryStore>;

    public class Calendar : CalendarTests<MemoryStore>;

    public class Status : CountedStatusTests<MemoryStore>;
}
