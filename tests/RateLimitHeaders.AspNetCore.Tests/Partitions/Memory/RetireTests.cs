using FsCheck;
using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

public class RetireTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void TryRetire_RandomHistoriesOfSeveralQuotas_DroppingChangesNoAnswer() =>
        AssertSame(quotas => new StandardPartition(quotas), History.OfSeveral());

    [Fact]
    public void TryRetire_RandomHistoriesOfCompactPartitions_DroppingChangesNoAnswer() =>
        AssertSame(
            quotas => PartitionTable.Create(quotas, isSpaced: true),
            History.Of(RandomQuota.Fixed, RandomQuota.Aligned, RandomQuota.Bucket, RandomQuota.Calendar));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryRetire_WhileAnythingIsUsed_KeepsThePartition(bool isAligned)
    {
        // 14:07:13 to the full minute are 47 seconds.
        foreach (var partition in Both(_clock, Quota.FixedWindow("q", 5, Seconds(60), alignToClock: isAligned)))
        {
            partition.Take();
            _clock.Advance(Seconds(isAligned ? 47 : 60) - Tick);
            Assert.False(partition.TryRetire());
            Assert.Equal(4, partition.Peek().Statuses[0].Remaining);
            _clock.Advance(Tick);
            Assert.True(partition.TryRetire());
            Assert.True(partition.TryRetire());
            Assert.False(partition.Partition.TryAcquire([1], [], new RateLimitDecision(), partition.QuotaSet));
            _clock.Advance(Seconds(isAligned ? 13 : 0));
        }
    }

    [Fact]
    public async Task TryRetire_WhileAPermitIsHeldOrWaitedFor_KeepsThePartition()
    {
        var partition = TestedPartition.Standard(_clock, Quota.Concurrency("q", 1, queueLimit: 1));
        var held = partition.Take();
        var waiting = partition.Wait();
        _clock.Advance(Day);
        Assert.False(partition.TryRetire());
        held.Dispose();
        Assert.False(partition.TryRetire());
        (await waiting).Dispose();
        Assert.True(partition.TryRetire());
    }

    [Fact]
    public void TryRetire_OfAnAlignedWindowWhoseUseWasRefunded_DropsItAtOnce()
    {
        foreach (var partition in Both(_clock, Quota.FixedWindow("q", 5, Seconds(60), alignToClock: true)))
        {
            partition.Take(2).Refund(2);
            Assert.True(partition.TryRetire());
        }
    }

    private static void AssertSame(Func<QuotaSet, MemoryPartition> create, Gen<History> histories)
    {
        var retirements = 0;
        History.Check(histories, history =>
        {
            var clock = new ManualTimeProvider();
            var quotas = new QuotaSet(clock, history.CreateQuotas());
            var (kept, dropped) = (Start(), Start());
            var (expected, actual) = (new RateLimitDecision(), new RateLimitDecision());
            foreach (var step in history.Steps)
            {
                clock.Advance(history.WaitOf(step));
                if (dropped.TryRetire())
                {
                    dropped = Start();
                    retirements++;
                }

                // The middleware says the limits with each acquisition: a dropped partition need not remember them.
                double[] limits = [.. history.Quotas.Select(quota => quota.Limit + (step.IsPatient ? 3 : 0))];
                var costs = history.Quotas.Select(_ => history.CostOf(step) is > 0 and var cost ? cost : PermitCost.AnyLeft).ToArray();
                Assert.True(kept.TryAcquire(costs, limits, expected, quotas));
                Assert.True(dropped.TryAcquire(costs, limits, actual, quotas));
                Assert.Equal(Says(expected), Says(actual));
                Amend(new TestedAnswer(kept, expected), step);
                Amend(new TestedAnswer(dropped, actual), step);
                Assert.Equal(Says(expected), Says(actual));
            }

            MemoryPartition Start()
            {
                var partition = create(quotas);
                partition.Start([], origin: null);
                return partition;
            }
        });

        Assert.True(retirements > 2_000, $"Only {retirements} were dropped: this shows little.");
    }

    private static void Amend(TestedAnswer answer, RandomStep step)
    {
        if (!answer.IsAcquired)
        {
            return;
        }

        if (step.Ticks % 3 == 1)
        {
            answer.Charge(step.Size / 16);
        }
        else if (step.Ticks % 3 == 2)
        {
            answer.Refund(step.Size);
        }
    }
}
