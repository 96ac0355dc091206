namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Windows of the calendar, at concrete moments. The clock starts on Saturday, 23 May 2026, at 14:07:13 UTC.</summary>
public abstract class CalendarTests<TStore> : CountingTests<TStore>
    where TStore : TestedStore, new()
{
    private const string Berlin = "Europe/Berlin";

    [Fact]
    public async Task Month_InATimeZone_EndsAtItsMidnight()
    {
        var caller = Caller(Quota.CalendarWindow("monthly", 3, CalendarPeriod.Month, Berlin));
        var untilJune = At("2026-05-31T22:00:00Z") - Clock.GetUtcNow();
        AssertStatus(await caller.PeekAsync(), 3, 3, null, untilJune);
        AssertStatus(await caller.TakeAsync(3), 3, 0, untilJune, untilJune);
        AssertRejected(await caller.TakeAsync(), untilJune, 3, 0, untilJune, untilJune);

        Clock.Advance(untilJune - Step);
        AssertRejected(await caller.TakeAsync(), Step, 3, 0, Step, Step);
        Clock.Advance(Step);
        AssertStatus(await caller.TakeAsync(), 3, 2, TimeSpan.FromDays(30), TimeSpan.FromDays(30));
        Assert.Equal(TimeSpan.FromDays(30), (await caller.PeekAsync()).Statuses[0].Quota.Window);
    }

    [Theory]
    [InlineData("2026-10-24T22:00:00Z", 25)]
    [InlineData("2027-03-27T23:00:00Z", 23)]
    [InlineData("2027-03-28T22:00:00Z", 24)]
    public async Task Day_OnWhichClocksChange_IsAsLongAsItIs(string midnight, int hours)
    {
        Clock.Advance(At(midnight) - Clock.GetUtcNow());
        var caller = Caller(Quota.CalendarWindow("daily", 2, CalendarPeriod.Day, Berlin));
        var day = TimeSpan.FromHours(hours);
        var first = await caller.TakeAsync(2);
        AssertStatus(first, 2, 0, day, day);
        Assert.Equal(day, first.Statuses[0].Quota.Window);
        Clock.Advance(day - Seconds(1));
        AssertRejected(await caller.TakeAsync(), Seconds(1), 2, 0, Seconds(1), Seconds(1));
        Clock.Advance(Seconds(1));
        Assert.True((await caller.TakeAsync(2)).IsAcquired);
    }

    [Theory]
    [InlineData(DayOfWeek.Monday, "2026-05-25T00:00:00Z")]
    [InlineData(DayOfWeek.Sunday, "2026-05-24T00:00:00Z")]
    [InlineData(DayOfWeek.Saturday, "2026-05-30T00:00:00Z")]
    public async Task Week_OfAFirstDay_EndsAsThatDayBegins(DayOfWeek first, string end)
    {
        var caller = Caller(Quota.CalendarWindow("weekly", 2, CalendarPeriod.Week, firstDayOfWeek: first));
        var untilEnd = At(end) - Clock.GetUtcNow();
        AssertStatus(await caller.TakeAsync(), 2, 1, untilEnd, untilEnd);
        Clock.Advance(untilEnd);
        AssertStatus(await caller.TakeAsync(), 2, 1, TimeSpan.FromDays(7), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task Year_WithALeapDay_HasIt()
    {
        Clock.Advance(At("2028-02-29T12:00:00Z") - Clock.GetUtcNow());
        var caller = Caller(Quota.CalendarWindow("yearly", 2, CalendarPeriod.Year));
        var untilEnd = At("2029-01-01T00:00:00Z") - Clock.GetUtcNow();
        var decision = await caller.TakeAsync();
        AssertStatus(decision, 2, 1, untilEnd, untilEnd);
        Assert.Equal(TimeSpan.FromDays(366), decision.Statuses[0].Quota.Window);
    }

    [Fact]
    public async Task FractionalLimit_IsShown_AndOnlyWholePermitsAreGranted()
    {
        var caller = Caller(Quota.CalendarWindow("daily", 2.9, CalendarPeriod.Day));
        var untilEnd = new TimeSpan(9, 52, 47);
        AssertStatus(await caller.TakeAsync(2), 2.9, 0, untilEnd, untilEnd);
        Assert.False((await caller.TakeAsync()).IsAcquired);
    }

    [Fact]
    public async Task Refund_InTheSameWindow_ComesBackAndLaterDoesNot()
    {
        var caller = Caller(Quota.CalendarWindow("daily", 4, CalendarPeriod.Day));
        var decision = await caller.TakeAsync(3);
        await decision.RefundAsync(1);
        Assert.Equal(2, (await caller.PeekAsync()).Statuses[0].Remaining);

        Clock.Advance(new TimeSpan(9, 52, 47));
        await caller.TakeAsync(2);
        await decision.RefundAsync(2);
        Assert.Equal(2, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    [Fact]
    public async Task Limit_OfAnotherNumber_KeepsWhatIsUsed()
    {
        var caller = Caller(Quota.CalendarWindow("monthly", 10, CalendarPeriod.Month));
        await caller.TakeAsync(4);
        await caller.SetLimitAsync(5);
        Assert.Equal(1, (await caller.PeekAsync()).Statuses[0].Remaining);
        await caller.SetLimitAsync(20);
        Assert.Equal(16, (await caller.PeekAsync()).Statuses[0].Remaining);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
