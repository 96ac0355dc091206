using FsCheck;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class CompactPartitionTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void CompactPartition_RandomHistories_AnswersAsTheStandardOne() => AssertSame(
        History.Of(RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Bucket), (clock, quotas) => TestedPartition.Compact(clock, quotas[0]));

    [Fact]
    public void PartitionOfAPlan_RandomHistoriesOfSeveralQuotas_AnswersAsTheStandardOne() =>
        AssertSame(History.OfSeveral(), TestedPartition.OfAPlan);

    [Fact]
    public void Create_WhatFitsIntoTheObject_IsCompact()
    {
        Assert.True(IsCompact(Quota.FixedWindow("q", 1, Seconds(1))));
        Assert.True(IsCompact(Quota.TokenBucket("q", 1, Seconds(1))));
        Assert.False(IsCompact(Quota.SlidingWindow("q", 1, Seconds(1), segments: 2)));
        Assert.False(IsCompact(Quota.Concurrency("q", 1)));
        Assert.True(IsCompact(Quota.FixedWindow("q", 1, Seconds(1)), Quota.FixedWindow("r", 1, Seconds(1))));
        Assert.False(IsCompact(Quota.FixedWindow("q", 1, Seconds(1)), Quota.TokenBucket("r", 1, Seconds(1))));
    }

    [Fact]
    public void TryAcquire_DecisionUsedAgain_KeepsNothingOfTheLastRequest()
    {
        var partition = TestedPartition.Compact(_clock, Quota.FixedWindow("q", 5, Seconds(60))).Partition;
        var decision = new RateLimitDecision();
        var answer = new TestedAnswer(partition, decision);
        Assert.True(partition.TryAcquire([3], [], decision, partition.Quotas!));
        Assert.True(partition.TryAcquire([PermitCost.AnyLeft], [], decision, partition.Quotas!));
        answer.Refund(3);
        AssertStatus(answer, 5, 2, Seconds(60), Seconds(60));

        Assert.True(partition.TryAcquire([3], [], decision, partition.Quotas!));
        Assert.Equal((false, Seconds(60)), (decision.IsAcquired, decision.RetryAfter));
        Assert.True(partition.TryAcquire([2], [], decision, partition.Quotas!));
        Assert.Equal((true, null), (decision.IsAcquired, decision.RetryAfter));
        Assert.False(decision.Statuses[0].IsViolated);
        AssertStatus(answer, 5, 0, Seconds(60), Seconds(60));
    }

    [Fact]
    public void Limits_GivenWithEachAcquisition_AreUsedFromThenOn()
    {
        var partition = TestedPartition.Compact(_clock, Quota.FixedWindow("q", 5, Seconds(60)));
        AssertStatus(partition.Take(4, [8]), 8, 4, Seconds(60), Seconds(60));
        AssertStatus(partition.Take(1, [double.NaN]), 8, 3, Seconds(60), Seconds(60));
        var rejected = partition.Take(9, [7]);
        Assert.Equal((false, null), (rejected.IsAcquired, rejected.RetryAfter));
        AssertStatus(rejected, 7, 2, Seconds(60), Seconds(60));
    }

    private static void AssertSame(Gen<History> histories, Func<TimeProvider, Quota[], TestedPartition> create) =>
        History.Check(histories, history =>
        {
            var clock = new ManualTimeProvider();
            var standard = TestedPartition.Standard(clock, history.CreateQuotas());
            var compact = create(clock, history.CreateQuotas());
            TimeSpan? told = null;
            foreach (var step in history.Steps)
            {
                clock.Advance(step.IsPatient && told is { } wait ? wait : history.WaitOf(step));
                var answer = compact.Take(history.CostOf(step));
                Assert.Equal(Says(standard.Take(history.CostOf(step))), Says(answer));
                told = answer.RetryAfter;
            }
        });

    private bool IsCompact(params Quota[] quotas) => PartitionTable.Create(new QuotaSet(_clock, quotas), isSpaced: false) is not StandardPartition;
}
