namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Quotas are added, removed, put in another order and given another shape: each of the others counts on.</summary>
public class ReloadedQuotaTests
{
    private const string Both = """{ "Quotas": { "a": { "Rate": "5/1h" }, "b": { "Algorithm": "TokenBucket", "Rate": "9/1d" } } }""";

    /// <summary>What configuration says next, and what is left of each quota after four requests.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { """{ "Quotas": { "a": { "Rate": "5/1h" } } }""", "a 1" },
        { """{ "Quotas": { "b": { "Algorithm": "TokenBucket", "Rate": "9/1d" } } }""", "b 5" },
        { """{ "Quotas": { "b": { "Algorithm": "TokenBucket", "Rate": "9/1d" }, "a": { "Rate": "5/1h" } } }""", "a 1, b 5" },
        { """{ "Quotas": { "a": { "Rate": "5/1h" }, "b": { "Algorithm": "TokenBucket", "Rate": "9/2d" } } }""", "a 1, b 8" },
        { """{ "Quotas": { "a": { "Rate": "5/1h", "AlignToClock": true }, "b": { "Algorithm": "TokenBucket", "Rate": "9/1d" } } }""", "a 4, b 5" },
        { """{ "Quotas": { "a": { "Rate": "7/1h" }, "b": { "Algorithm": "SlidingWindow", "Rate": "9/1d" } } }""", "a 3, b 8" },
        { """{ "Quotas": { "0": { "Rate": "6/1h" }, "a": { "Rate": "5/1h" }, "b": { "Algorithm": "TokenBucket", "Rate": "18/1d" } } }""", "0 5, a 1, b 14" },
        { """{ "Quotas": { "c": { "Algorithm": "Concurrency", "PermitLimit": 3 }, "a": { "Rate": "5/1h" } } }""", "a 1, c 2" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Quotas_ThatChange_LeaveTheCountsOfTheOthers(string json, string left)
    {
        var configuration = new ChangingConfiguration(Both);
        await using var api = await configuration.StartAsync(limits => limits.Headers(headers => headers.Ietf()));
        await api.SendSeveralAsync(3, "sub=ada");
        await api.SendSeveralAsync(3);

        api.Change(configuration, json);

        Assert.Equal(left, await RemainingAsync(api, "sub=ada"));
        Assert.Equal(left, await RemainingAsync(api));
    }

    [Fact]
    public async Task Callers_CountedUnderARemovedQuota_FreeTheirPartitions()
    {
        var configuration = new ChangingConfiguration(
            """{ "MaxPartitions": 2, "Quotas": { "second": { "Rate": "9/1s" }, "month": { "Rate": "1000/30d" } } }""");
        await using var api = await configuration.StartAsync(limits => limits.Headers(headers => headers.Ietf()));
        await api.SendAsync(claims: ["sub=ada"]);
        await api.SendAsync(claims: ["sub=bob"]);

        api.Change(configuration, """{ "MaxPartitions": 2, "Quotas": { "second": { "Rate": "9/1s" } } }""");
        await api.SendAsync();
        api.Time.Advance(TimeSpan.FromSeconds(3));

        // Neither shares a partition with the other.
        Assert.Equal("second 8", await RemainingAsync(api, "sub=cyd"));
        Assert.Equal("second 8", await RemainingAsync(api, "sub=dan"));
    }

    private static async Task<string> RemainingAsync(TestApi api, params string[] claims)
    {
        var response = await api.SendAsync(claims: claims);
        var items = response["RateLimit"]!.Split(", ").Select(item => item.Split(';')[0].Trim('"') + " " + item.Split("r=")[1].Split(';')[0]);
        return string.Join(", ", items);
    }
}
