using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A store that can only load and save states lists no callers, and says so.</summary>
public class UnlistedCallersTests
{
    [Fact]
    public async Task Callers_InAStoreThatLoadsAndSaves_AreNotListed()
    {
        await using var api = await OperationsApi.StartAsync(store: new DictionaryStore());
        var answer = await api.SendAsync("/ops/callers?policy=default&token_type=user");
        Assert.Equal(
            (HttpStatusCode.NotImplemented, """{"status":501,"detail":"These partitions list no callers."}"""),
            (answer.Status, answer.Body));
    }
}
