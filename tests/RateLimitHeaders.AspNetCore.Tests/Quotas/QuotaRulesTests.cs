using static RateLimitHeaders.AspNetCore.Tests.QuotaTesting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The texts word for word, as they are read where something is misconfigured.</summary>
public class QuotaRulesTests
{
    private const string LimitRemedy = "give a limit from 1 to 999,999,999,999,999, or no quota at all.";
    private const string TextRemedy = "RFC 9651 allows only ASCII characters from space to tilde; give";
    private const string TimeRemedy = "give a time above zero, such as TimeSpan.FromMinutes(1).";
    private const string LongestRemedy = "give at most 36525 days, the longest that can be represented.";

    private static TimeSpan TooLong { get; } = TimeSpan.FromDays(36_525) + Tick;

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.99, "0.99")]
    [InlineData(-5, "-5")]
    [InlineData(1_000_000_000_000_000, "1000000000000000")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Limit_OutOfRange_IsAnError(double limit, string printed)
    {
        var expected = $"Quota \"q\": permitLimit is {printed}; {LimitRemedy}";
        AssertThrows(expected, () => Quota.FixedWindow("q", limit, Seconds(1)));
        AssertThrows(expected, () => Quota.SlidingWindow("q", limit, Seconds(1)));
        AssertThrows(expected, () => Quota.TokenBucket("q", limit, Seconds(1)));
    }

    [Fact]
    public void Limit_AtTheEndsOfItsRange_IsTaken()
    {
        Assert.Equal(1, Quota.FixedWindow("q", 1, Tick).Limit);
        Assert.Equal(999_999_999_999_999, Quota.TokenBucket("q", 999_999_999_999_999, TimeSpan.FromDays(36_525)).Limit);
        Assert.Equal(1, Quota.Concurrency("q", 1).Limit);
    }

    [Theory]
    [InlineData(null, "null")]
    [InlineData("", "\"\"")]
    [InlineData("stündlich", "\"stündlich\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    public void Name_NotPrintable_IsAnError(string? name, string printed)
    {
        var expected = $"Quota {printed}: name is {printed}; {TextRemedy} a name of those.";
        AssertThrows(expected, () => Quota.FixedWindow(name!, 1, Seconds(1)));
        AssertThrows(expected, () => Quota.SlidingWindow(name!, 1, Seconds(1)));
        AssertThrows(expected, () => Quota.TokenBucket(name!, 1, Seconds(1)));
        AssertThrows(expected, () => Quota.TokenBucket(name!, 1, 1.0));
        AssertThrows(expected, () => Quota.Concurrency(name!, 1));
    }

    [Fact]
    public void Unit_NotPrintable_IsAnError() => AssertThrows(
        $"Quota \"q\": unit is \"\"; {TextRemedy} one of QuotaUnits.", () => Quota.FixedWindow("q", 1, Seconds(1), unit: ""));

    [Fact]
    public void Window_NotAboveZero_IsAnError()
    {
        AssertThrows($"Quota \"q\": window is 00:00:00; {TimeRemedy}", () => Quota.FixedWindow("q", 1, TimeSpan.Zero));
        AssertThrows($"Quota \"q\": window is -00:00:01; {TimeRemedy}", () => Quota.SlidingWindow("q", 1, Seconds(-1)));
        AssertThrows($"Quota \"q\": period is 00:00:00; {TimeRemedy}", () => Quota.TokenBucket("q", 1, TimeSpan.Zero));
        AssertThrows($"Quota \"q\": retryAfter is 00:00:00; {TimeRemedy}", () => Quota.Concurrency("q", 1, retryAfter: TimeSpan.Zero));
    }

    [Fact]
    public void Window_LongerThanACentury_IsAnError()
    {
        AssertThrows($"Quota \"q\": window is 36525.00:00:00.0000001; {LongestRemedy}", () => Quota.FixedWindow("q", 1, TooLong));
        AssertThrows($"Quota \"q\": window is 36525.00:00:00.0000001; {LongestRemedy}", () => Quota.SlidingWindow("q", 1, TooLong));
        AssertThrows($"Quota \"q\": period is 36525.00:00:00.0000001; {LongestRemedy}", () => Quota.TokenBucket("q", 1, TooLong));
        AssertThrows(
            $"Quota \"q\": retryAfter is 36525.00:00:00.0000001; {LongestRemedy}", () => Quota.Concurrency("q", 1, retryAfter: TooLong));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public void Segments_OutOfRange_IsAnError(int segments) => AssertThrows(
        FormattableString.Invariant($"Quota \"q\": segments is {segments}; give a number from 1 to 1000."), () => Quota.SlidingWindow("q", 1, Seconds(1), segments));

    [Fact]
    public void Segments_MoreThanTicks_IsAnError()
    {
        AssertThrows(
            "Quota \"q\": segments is 12; give fewer segments than the window has ticks of 100 ns.",
            () => Quota.SlidingWindow("q", 1, new TimeSpan(11)));
        Assert.NotNull(Quota.SlidingWindow("q", 1, new TimeSpan(12)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void RefillPerSecond_NotAboveZero_IsAnError(double rate, string printed) => AssertThrows(
        $"Quota \"q\": refillPerSecond is {printed}; give a rate above 0.", () => Quota.TokenBucket("q", 1, rate));

    [Fact]
    public void RefillPerSecond_TooSlow_IsAnError() => AssertThrows(
        "Quota \"q\": refillPerSecond is 0.001; give a rate that fills the bucket within 36525 days.",
        () => Quota.TokenBucket("q", 10_000_000, 0.001));

    [Fact]
    public void Concurrency_BadNumbers_AreErrors()
    {
        AssertThrows($"Quota \"q\": permitLimit is 0; {LimitRemedy}", () => Quota.Concurrency("q", 0));
        AssertThrows(
            "Quota \"q\": queueLimit is -1; give 0 to reject at once, or a positive number to wait.",
            () => Quota.Concurrency("q", 1, queueLimit: -1));

        // Only a plan that is configured otherwise than in code can say this.
        Assert.Equal(
            ["PermitLimit is 2147483648; give at most 2147483647."],
            QuotaRules.Concurrency("q", 2_147_483_648, 0, Seconds(1)).Select(fault => fault.ToString()));
        Assert.Equal(
            ["PermitLimit is 2.5; give a whole number, because requests that run at the same time are counted."],
            QuotaRules.Concurrency("q", 2.5, 0, Seconds(1)).Select(fault => fault.ToString()));
    }

    [Fact]
    public void TimeZone_WithOtherCapitalLetters_IsAnErrorEvenIfTheZoneIsCached()
    {
        _ = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        const string Written = "europe/berlin";

        // macOS does not distinguish capital letters.
        Assert.Equal(
            OperatingSystem.IsMacOS() ? [] : ["TimeZone is \"europe/berlin\"; write it as \"Europe/Berlin\"."],
            QuotaRules.CalendarWindow("q", 1, CalendarPeriod.Day, Written, DayOfWeek.Monday, QuotaUnits.Requests).Select(fault => fault.ToString()));
        Assert.Empty(QuotaRules.CalendarWindow("q", 1, CalendarPeriod.Day, "utc", DayOfWeek.Monday, QuotaUnits.Requests));
    }

    [Fact]
    public void LimitThatDependsOnTheCaller_IsNotChecked() =>
        Assert.Empty(QuotaRules.SlidingWindow("q", null, Seconds(1), 12, QuotaUnits.Requests));

    [Fact]
    public void SeveralBadSettings_AreAllNamed() => AssertThrows(
        $"Quota \"\": name is \"\"; {TextRemedy} a name of those. Quota \"\": permitLimit is 0; {LimitRemedy} "
            + $"Quota \"\": window is 00:00:00; {TimeRemedy} Quota \"\": segments is 0; give a number from 1 to 1000.",
        () => Quota.SlidingWindow("", 0, TimeSpan.Zero, 0));

    [Fact]
    public void Create_NoQuota_IsAnError() => AssertThrows(
        "There is no quota; give one, such as FixedWindow(permitLimit: 100, window: TimeSpan.FromMinutes(1)).",
        () => QuotaRateLimiter.Create());

    [Fact]
    public void Create_DuplicateNames_IsAnError() => AssertThrows(
        "Quota \"q\": name is \"q\"; 2 quotas have it; give each a name of its own.",
        () => QuotaRateLimiter.Create(
            Quota.FixedWindow("q", 1, Seconds(1)), Quota.FixedWindow("Q", 1, Seconds(1)), Quota.TokenBucket("q", 1, Seconds(1))));

    [Fact]
    public void Create_TwoConcurrencyQuotas_IsAnError() => AssertThrows(
        "There are several concurrency quotas, of which only the smallest would count; keep that one.",
        () => QuotaRateLimiter.Create(Quota.Concurrency("a", 1), Quota.Concurrency("b", 2)));

    [Fact]
    public void Create_Null_Throws()
    {
        Assert.Throws<ArgumentNullException>("timeProvider", () => QuotaRateLimiter.Create((TimeProvider)null!, Quota.Concurrency("a", 1)));
        Assert.Throws<ArgumentNullException>("quotas", () => QuotaRateLimiter.Create((Quota[])null!));
    }

    private static void AssertThrows(string text, Func<object> create) =>
        Assert.Equal(text, Assert.Throws<ArgumentException>(create).Message);
}
