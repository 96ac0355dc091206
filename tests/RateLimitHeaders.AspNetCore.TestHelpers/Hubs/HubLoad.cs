namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Invokes a limited method by many connections at once.</summary>
internal static class HubLoad
{
    /// <summary>Gets how many invocations of all connections were admitted; each other one must have been rejected.</summary>
    /// <param name="api">The host, or several in turn.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="calls">How many invocations of each.</param>
    public static Task<int> RunAsync(TestApi api, int connections, int calls) => RunAsync([api], connections, calls);

    public static async Task<int> RunAsync(TestApi[] apis, int connections, int calls)
    {
        var admitted = 0;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(async () =>
        {
            await using var connection = await apis[worker % apis.Length].ConnectAsync();
            for (var i = 0; i < calls; i++)
            {
                var answer = await connection.CallAsync("Echo");
                if (answer == "hello")
                {
                    Interlocked.Increment(ref admitted);
                }
                else
                {
                    Assert.Contains("HubException: Rate limit exceeded; retry after", answer, StringComparison.Ordinal);
                }
            }
        })));
        return admitted;
    }
}
