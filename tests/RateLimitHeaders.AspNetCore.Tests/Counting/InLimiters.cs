namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The suite of the algorithms over the limiters that an application creates.</summary>
public static class InLimiters
{
    public class AllOrNothing : AllOrNothingTests<LimiterStore>;

    public class BucketRefund : BucketRefundTests<LimiterStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<LimiterStore>;

    public class Cost : CountingCostTests<LimiterStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<LimiterStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<LimiterStore>;

    public class ReferenceModel : ReferenceModelTests<LimiterStore>;

    public class RetryAfter : RetryAfterTests<LimiterStore>;

    public class SetLimit : SetLimitTests<LimiterStore>;

    public class Calendar : CalendarTests<LimiterStore>;

    public class Status : CountedStatusTests<LimiterStore>;
}
