namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Which answer of a store tells where a caller stands.</summary>
public class BatchCallerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Answer_ThatWasOvertaken_IsNotTheLatest()
    {
        var caller = Create();
        var (earlier, latest, later) = (AnswerAt(999), AnswerAt(1_000), AnswerAt(1_001));
        caller.KeepIfLater(latest);
        caller.KeepIfLater(earlier);
        Assert.Same(latest, caller.Latest);
        caller.KeepIfLater(later);
        Assert.Same(later, caller.Latest);
    }

    [Fact]
    public void Answer_OfTheSameMoment_IsTheLatestIfItsCallWas()
    {
        var caller = Create();
        var (earlier, later) = (AnswerAt(1_000, order: 1), AnswerAt(1_000, order: 2));
        caller.KeepIfLater(earlier);
        caller.KeepIfLater(later);
        Assert.Same(later, caller.Latest);
        caller.KeepIfLater(earlier);
        Assert.Same(later, caller.Latest);
    }

    [Theory]
    [InlineData(1_001, false)]
    [InlineData(1_000, true)]
    public void Answer_BeforeTheLatestByTheDeadlineOrMore_IsOfAClockThatWasSetBack(int milliseconds, bool isLatest)
    {
        var caller = Create();
        caller.KeepIfLater(AnswerAt(1_100, order: 1));
        var answer = AnswerAt(milliseconds, order: 2);
        caller.KeepIfLater(answer);
        Assert.Equal(isLatest, ReferenceEquals(caller.Latest, answer));
    }

    [Fact]
    public void Answers_WithoutTheTimeOfTheStore_AreOrderedByTheirCalls()
    {
        var caller = Create();
        var (earlier, later) = (new BatchAnswer(new(), 1), new BatchAnswer(new(), 2));
        caller.KeepIfLater(later);
        caller.KeepIfLater(earlier);
        Assert.Same(later, caller.Latest);
    }

    [Fact]
    public void Answer_AfterTheCallerWasForgotten_IsTheLatest()
    {
        var caller = Create();
        caller.KeepIfLater(AnswerAt(1_000));
        caller.Forget();
        Assert.Null(caller.Latest);
        var answer = AnswerAt(999);
        caller.KeepIfLater(answer);
        Assert.Same(answer, caller.Latest);
    }

    private static BatchCaller Create() =>
        new(new RateLimitPrincipal("user", "alice"), new BatchSize(new BatchTuning(10, s_deadline, Nodes: 1)), s_deadline);

    private static BatchAnswer AnswerAt(int milliseconds, long order = 0) =>
        new(new RateLimitDecision { StoreTime = ManualTimeProvider.Start.AddMilliseconds(milliseconds) }, order);
}
