namespace RateLimitHeaders.AspNetCore.Tests;

public class ProbeTargetsTests
{
    private static readonly RateLimitPrincipal s_alice = new("user", "alice");

    private readonly ProbeTargets _targets = new();

    [Fact]
    public void Any_NoPartitions_IsNothing() => Assert.Null(_targets.Any);

    [Fact]
    public void Or_PartitionsThatAreThere_IsWhatIsPreferred()
    {
        using var partitions = Create();
        using var later = Create();
        _targets.Add(partitions);
        _targets.Add(later);
        Assert.Equal(new(partitions, s_alice), _targets.Or(new(partitions, s_alice)));
        Assert.Same(later, _targets.Any!.Value.Partitions);
    }

    [Fact]
    public void Or_PartitionsOfAPlanThatWasReplaced_IsAnother()
    {
        using var replaced = Create();
        using var partitions = Create();
        _targets.Add(replaced);
        _targets.Add(partitions);
        _targets.Remove(replaced);
        Assert.Equal(new(partitions, new RateLimitPrincipal("anonymous", "check")), _targets.Or(new(replaced, s_alice)));
        _targets.Remove(partitions);
        Assert.Null(_targets.Or(new(partitions, s_alice)));
    }

    private static ScriptedPartitions Create() => new(
        new ScriptedStore(), TestPlan.Create(new ManualTimeProvider(), "api", Quota.FixedWindow("q", 1, TimeSpan.FromMinutes(1))));
}
