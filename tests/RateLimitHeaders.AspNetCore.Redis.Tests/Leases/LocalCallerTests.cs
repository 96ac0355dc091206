namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class LocalCallerTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Answer_ThatWasOvertaken_IsNotTheLatest()
    {
        var caller = Create();
        caller.Note(AnswerAt(1_000_000));
        caller.Note(AnswerAt(999_999));
        Assert.Equal(1_000_000, caller.Latest!.Now);
        caller.Note(AnswerAt(1_000_001));
        Assert.Equal(1_000_001, caller.Latest!.Now);
    }

    [Fact]
    public void Answer_OfTheSameMoment_IsTheLatestIfItsCallWas()
    {
        var caller = Create();
        var (earlier, later) = (AnswerAt(1_000_000, order: 1), AnswerAt(1_000_000, order: 2));
        caller.Note(earlier);
        caller.Note(later);
        Assert.Same(later, caller.Latest);
        caller.Note(earlier);
        Assert.Same(later, caller.Latest);
    }

    [Fact]
    public void Answer_AfterTheClockWasSetBack_IsTheLatest()
    {
        var caller = Create();
        caller.Note(AnswerAt(3_600_000_000));
        caller.Note(AnswerAt(1_000_000));
        Assert.Equal(1_000_000, caller.Latest!.Now);
    }

    private static LocalCaller Create() =>
        new(new RateLimitPrincipal("user", "alice"), 1, "key", new BatchSize(new LocalLeases(10, s_deadline), TimeProvider.System), s_deadline);

    private static Answer AnswerAt(double now, long order = 0)
    {
        // Granted; the limit, what remains, until more comes, until all is back, where it was counted.
        var bytes = (byte[])CountScript.Pack([now, 0, -1, 0, 10, 9, 1_000, 1_000, 7])!;
        return Answer.Read(bytes, [Quota.FixedWindow("q", 10, TimeSpan.FromSeconds(1))], timestamp: 0, order)!;
    }
}
