namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The suite of the algorithms over SQLite.</summary>
public static class InSqlite
{
    public class AllOrNothing : AllOrNothingTests<SqliteTestStore>;

    public class BucketLedgers : BucketLedgerTests<SqliteTestStore>;

    public class BucketRefund : BucketRefundTests<SqliteTestStore>;

    public class ChargeAndRefund : ChargeAndRefundTests<SqliteTestStore>;

    public class Cost : CountingCostTests<SqliteTestStore>;

    public class CostPerQuota : CountedCostPerQuotaTests<SqliteTestStore>;

    public class Debt : DebtTests<SqliteTestStore>;

    public class LateChargeAndRefund : LateChargeAndRefundTests<SqliteTestStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<SqliteTestStore>;

    public class PeekAndReset : PeekAndResetTests<SqliteTestStore>;

    public class ReferenceModel : ReferenceModelTests<SqliteTestStore>;

    public class ReleasedDecision : ReleasedDecisionTests<SqliteTestStore>;

    public class RetryAfter : RetryAfterTests<SqliteTestStore>;

    public class SetLimit : SetLimitTests<SqliteTestStore>;

    public class Calendar : CalendarTests<SqliteTestStore>;

    public class Status : CountedStatusTests<SqliteTestStore>;

    /// <summary>One file for all tests, each with a policy of its own.</summary>
    public sealed class SqliteTestStore : TestedStore
    {
        // The longest that can be set: the clock jumps over days, and each renewal is a call.
        private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(1);

        private static readonly Lazy<StoreGuard> s_guard = new(() => TestStack.GuardOf(new SqliteStore(
            Path.Combine(Directory.CreateTempSubdirectory().FullName, "counts.db"),
            new() { Deadline = TimeSpan.FromMinutes(1), HeldPermitLifetime = s_lifetime, RememberRejections = false, WhenUnavailable = StoreUnavailable.Reject })));

        private static int s_plans;

        public override TimeSpan Resolution => new(1);

        public override int Histories => 20;

        public override TimeSpan LongestHold => s_lifetime - Resolution;

        public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas) =>
            StoreStack.Create(s_guard.Value, TestPlan.Create(clock, $"api{Interlocked.Increment(ref s_plans)}", quotas));
    }
}
