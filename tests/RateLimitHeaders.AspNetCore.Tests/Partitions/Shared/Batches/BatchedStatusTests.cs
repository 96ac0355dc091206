namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Where a caller stands some time after the store has said it, with what is held.</summary>
public class BatchedStatusTests
{
    private static readonly Quota s_fixed = Quota.FixedWindow("q", 10, Seconds(60));
    private static readonly Quota s_sliding = Quota.SlidingWindow("q", 10, Seconds(60));
    private static readonly Quota s_bucket = Quota.TokenBucket("q", 10, Seconds(10));

    public static TheoryData<string, Facts, Told> Windows => new()
    {
        // What is held is not used, and times run down.
        { "fixed", new(Remaining: 4, More: 60, All: 60, Held: 3, Since: 20), new(7, 40, 40) },
        { "sliding", new(Remaining: 4, More: 30, All: 60, Held: 3, Since: 20), new(7, 10, 40) },

        // Nothing is used at all. The window stays open, though; a sliding one is full.
        { "fixed", new(Remaining: 4, More: 60, All: 60, Held: 6, Since: 20), new(10, null, 40) },
        { "sliding", new(Remaining: 4, More: 30, All: 60, Held: 6, Since: 20), new(10, null, 0) },

        // More than the limit is never told, after it was lowered, nor a time that is over.
        { "sliding", new(Remaining: 9, More: 30, All: 60, Held: 6, Since: 20), new(10, null, 0) },
        { "sliding", new(Remaining: 4, More: 30, All: 60, Held: 3, Since: 45), new(7, 0, 15) },
        { "fixed", new(Remaining: 4, More: 60, All: 60, Held: 3, Since: 61), new(7, 0, 0) },

        // An aligned window in which nothing was used.
        { "fixed", new(Remaining: 10, More: null, All: 60, Held: 0, Since: 20), new(10, null, 40) },
    };

    /// <summary>Gets what is told of a bucket that gets a token each second.</summary>
    public static TheoryData<Facts, Told> Buckets => new()
    {
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 0, Since: 0), new(4, 0.5, 5.5) },
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 0, Since: 0.25), new(4, 0.25, 5.25) },
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 0, Since: 0.5), new(5, 1, 5) },
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 0, Since: 2.75), new(7, 0.75, 2.75) },

        // What is held needs no time to come back.
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 2, Since: 0, Lent: 2), new(6, 0.5, 3.5) },

        // What the bucket owes never falls below the batches, used or not: it stands still.
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 0, Since: 9, Lent: 5), new(5, 1, 5) },
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 5, Since: 9, Lent: 5), new(10, null, 0) },
        { new(Remaining: 4, More: 0.5, All: 5.5, Held: 6, Since: 9, Lent: 6), new(10, null, 0) },
    };

    [Theory]
    [MemberData(nameof(Windows))]
    public void Window_Later_CountsHeldPermitsAsRemaining(string algorithm, Facts facts, Told told) =>
        AssertTold(algorithm == "fixed" ? s_fixed : s_sliding, limit: 10, facts, told);

    [Theory]
    [MemberData(nameof(Buckets))]
    public void Bucket_Later_HasRefilledButForWhatTheBatchesHad(Facts facts, Told told) => AssertTold(s_bucket, limit: 10, facts, told);

    [Fact]
    public void Bucket_OfLessThanAToken_HasTheStatusOfTheStoreAsOfNow() =>
        AssertTold(s_bucket, limit: 0.5, new(Remaining: 0, More: null, All: 3, Held: 0, Since: 1), new(0, null, 2));

    private static void AssertTold(Quota quota, double limit, Facts facts, Told told)
    {
        var answer = new RateLimitDecision();
        answer.Begin(1);
        answer.StatusBuffer[0] = new QuotaStatus(quota.Description, limit, facts.Remaining, Time(facts.More), Time(facts.All), isViolated: true);
        BatchedStatus.Write(answer, [quota], facts.Held, Seconds(facts.Since).Ticks, facts.Lent, answer.StatusBuffer);
        var status = answer.Statuses[0];
        Assert.Equal((told.Remaining, Time(told.More), Time(told.All)), (status.Remaining, status.UntilMore, status.UntilAll));
        Assert.Equal((limit, false), (status.Limit!.Value, status.IsViolated));
    }

    private static TimeSpan? Time(double? seconds) => seconds is { } some ? Seconds(some) : null;

    public sealed record Facts(long Remaining, double? More, double? All, long Held, double Since, long Lent = 0);

    public sealed record Told(long Remaining, double? More, double? All);
}
