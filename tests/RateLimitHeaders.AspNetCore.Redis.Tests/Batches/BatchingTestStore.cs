namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>One server, on which every caller is hot at once.</summary>
public class BatchingTestStore : TestedStore
{
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    public override TimeSpan Resolution => TimeSpan.FromMicroseconds(1);

    public override int Histories => 50;

    public override TimeSpan LongestHold => BatchingNodes.HeldPermitLifetime - Resolution;

    public override long SegmentParts => 0;

    public override bool HoldsPermits => true;

    public override TimeSpan LastUse => s_hold - Resolution;

    protected virtual bool OvertakesAnswers => false;

    public override PlanPartitions CreatePartitions(ManualTimeProvider clock, params Quota[] quotas)
    {
        var nodes = new BatchingNodes(clock, BatchingNodes.EagerTuning(maxBatch: 10, s_hold), quotas);
        var node = nodes.Add(remembersRejections: false);
        nodes.Runners[0].OvertakesAnswers = OvertakesAnswers;

        // Time waits for the calls that no request waits for, so that they are of the moment at which they were made.
        clock.Moving += () => Assert.True(
            SpinWait.SpinUntil(() => node is not BatchingPartitions { CallsBehind: > 0 } && node is not GuardedPartitions { CallsBehind: > 0 }, TimeSpan.FromSeconds(60)),
            "Calls come to no end.");
        return node;
    }
}
