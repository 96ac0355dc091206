namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration that changes often is read when it is quiet, and now and then if it never is.</summary>
public class StormTests
{
    private static readonly TimeSpan s_tenth = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task File_SavedInPieces_IsReadOnceItIsQuiet()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();

        configuration.Change("""{ "Quotas": { "q": { } } }""");
        api.Time.Advance(s_tenth);
        configuration.Change("""{ "Quotas": { "q": { "PermitLimit": 7 } } }""");
        api.Time.Advance(s_tenth);
        configuration.Change("""{ "Quotas": { "q": { "PermitLimit": 7, "Window": "1h" } } }""");
        api.Time.Advance(LimitsReload.Quiet - TimeSpan.FromTicks(1));
        Assert.Equal([(200, "5", "4")], await api.SendSeveralAsync(1));

        api.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([(200, "7", "5")], await api.SendSeveralAsync(1));
        Assert.Equal([82], ReloadTests.Said(api).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Provider_ThatFiresTenTimesASecond_IsReadEveryTwoSeconds()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await using var api = await configuration.StartAsync();

        for (var tenth = 0; tenth < 100; tenth++)
        {
            configuration.Signal();
            api.Time.Advance(s_tenth);
        }

        Assert.Equal([83, 83, 83, 83, 83], ReloadTests.Said(api).Select(entry => entry.Id));
    }
}
