namespace RateLimitHeaders.AspNetCore.Tests;

public class CircuitTests
{
    private static readonly StoreFailure s_failure = new(StoreFailureKind.Connection, "it is gone");

    private readonly ManualTimeProvider _clock = new();
    private readonly Circuit _circuit;

    public CircuitTests() => _circuit = new Circuit(_clock);

    [Fact]
    public void Open_FirstFailure_BeginsAnOutage()
    {
        Assert.Null(_circuit.Outage);
        Assert.True(_circuit.Open(epoch: 0, s_failure, Target("alice")));
        Assert.Equal(new Outage(ManualTimeProvider.Start, _clock.GetTimestamp(), s_failure, Target("alice")), _circuit.Outage);
    }

    [Fact]
    public void Open_LaterFailure_KeepsTheCauseAndTakesItsTargetForProbes()
    {
        _circuit.Open(epoch: 0, s_failure, Target("alice"));
        var first = _circuit.Outage!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_circuit.Open(epoch: 0, new(StoreFailureKind.Server, "it is full"), Target("bob")));
        Assert.Equal(first with { Target = Target("bob") }, _circuit.Outage);
    }

    [Fact]
    public void Close_ReturnsTheLengthOfTheOutage()
    {
        _circuit.Open(epoch: 0, s_failure, Target("alice"));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _circuit.Close());
        Assert.Equal((null, 1), (_circuit.Outage, _circuit.Epoch));
        Assert.Equal(TimeSpan.Zero, _circuit.Close());
    }

    [Fact]
    public void Open_CallOfAnOutageThatIsOver_BeginsNone()
    {
        _circuit.Open(epoch: 0, s_failure, Target("alice"));
        _circuit.Close();
        Assert.False(_circuit.Open(epoch: 0, s_failure, Target("alice")));
        Assert.Null(_circuit.Outage);
        Assert.True(_circuit.Open(epoch: 1, s_failure, Target("alice")));
    }

    private static ProbeTarget Target(string id) => new(null!, new RateLimitPrincipal("user", id));
}
