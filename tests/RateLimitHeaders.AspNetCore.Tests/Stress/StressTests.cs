using Xunit.Abstractions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Random plans under real threads, for as long as the environment variable RATELIMITHEADERS_STRESS_SECONDS says: 20
/// seconds by default for both tests together, of which nothing but how much is tried depends. A failure prints the seed of
/// its plan, with which RATELIMITHEADERS_STRESS_SEED begins.
/// </summary>
public class StressTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Partitions_RandomPlansUnderThreadsAndSweeps_MatchTheModel()
    {
        var rounds = await StressRun.ForAsync(0.65, plan =>
        {
            using var round = new StressRound(plan);
            round.Run();
            return Task.CompletedTask;
        });

        output.WriteLine($"{rounds} plans");
    }

    [Fact]
    public async Task Host_RandomPlansUnderConcurrentRequests_SendsFieldsThatMatchTheModel()
    {
        var rounds = await StressRun.ForAsync(0.35, async plan =>
        {
            await using var host = await StressHost.StartAsync(plan);
            await host.RunAsync();
        });

        output.WriteLine($"{rounds} plans");
    }
}
