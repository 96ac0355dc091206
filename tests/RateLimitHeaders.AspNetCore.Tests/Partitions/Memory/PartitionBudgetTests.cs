namespace RateLimitHeaders.AspNetCore.Tests;

[Collection(Alone.Name)]
public class PartitionBudgetTests
{
    // A thread that waits for one without a processor gives its own away: on a busy machine there are fewer rounds.
    private static readonly TimeSpan s_mostTime = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task LastPlace_TakenByTwoAtTheSameTime_IsGivenToOne()
    {
        // Two threads meet at each budget. The last to come is the first to know that both are there, by what memory needs to
        // tell the other: they go on from a little too early to a little too late, so that now and then both look before
        // either has taken.
        const int Threads = 2;
        const int MostRounds = 100_000;
        const int Steps = 512;
        var budgets = Enumerable.Range(0, MostRounds).Select(_ => new PartitionBudget(limit: 1, () => { })).ToArray();
        var taken = new int[MostRounds];
        var (arrived, rounds) = (0, MostRounds);
        var start = TimeProvider.System.GetTimestamp();

        var threads = Enumerable.Range(0, Threads).Select(
            thread => Task.Factory.StartNew(() => Take(thread), TaskCreationOptions.LongRunning));
        await Task.WhenAll([.. threads]);

        Assert.All(taken[..rounds], count => Assert.Equal(1, count));
        Assert.All(budgets[..rounds], budget => Assert.Equal(1, budget.Taken));

        void Take(int thread)
        {
            for (var round = 0; round < Volatile.Read(ref rounds); round++)
            {
                if (thread == 0 && TimeProvider.System.GetElapsedTime(start) > s_mostTime)
                {
                    // The other one reads it when both have met.
                    Volatile.Write(ref rounds, round + 1);
                }

                Interlocked.Increment(ref arrived);
                var wait = default(SpinWait);
                while (Volatile.Read(ref arrived) < (round + 1) * Threads)
                {
                    // One that slept would come too late to meet the other.
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                for (var step = thread == 0 ? round % Steps : Steps / 2; step > 0; step--)
                {
                    Volatile.Read(ref arrived);
                }

                if (budgets[round].TryTake())
                {
                    Interlocked.Increment(ref taken[round]);
                }
            }
        }
    }

    [Fact]
    public void Place_ThatIsGivenBack_CanBeTakenAndRunsOutAgain()
    {
        var exhaustions = 0;
        var budget = new PartitionBudget(limit: 2, () => exhaustions++);

        Assert.Equal([true, true, false, false], [budget.TryTake(), budget.TryTake(), budget.TryTake(), budget.TryTake()]);
        Assert.Equal((2, 1), (budget.Taken, exhaustions));

        budget.GiveBack();
        Assert.Equal([true, false], [budget.TryTake(), budget.TryTake()]);
        Assert.Equal((2, 2), (budget.Taken, exhaustions));
    }

    [Fact]
    public void Places_ThatAreTakenAsSoonAsTheyAreFree_RunOutOnce()
    {
        var exhaustions = 0;
        var budget = new PartitionBudget(limit: 64, () => exhaustions++);
        Assert.Equal(64, Enumerable.Range(0, 100).Count(_ => budget.TryTake()));

        for (var i = 0; i < 100; i++)
        {
            budget.GiveBack();
            Assert.Equal([true, false], [budget.TryTake(), budget.TryTake()]);
        }

        Assert.Equal(1, exhaustions);

        // A sixteenth of the places is free: they have not run out any more.
        for (var i = 0; i < 4; i++)
        {
            budget.GiveBack();
        }

        Assert.Equal(4, Enumerable.Range(0, 5).Count(_ => budget.TryTake()));
        Assert.Equal(2, exhaustions);
    }
}
