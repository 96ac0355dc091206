using System.Runtime.CompilerServices;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Requests that run for longer than the limits under which they were decided are in force.</summary>
public class LongRequestTests
{
    [Fact]
    public async Task Request_DuringAReload_KeepsNoSnapshotInMemory()
    {
        var configuration = new ChangingConfiguration("""{ "Quotas": { "q": { "Rate": "3/1h" } } }""");
        var isRunning = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayEnd = new TaskCompletionSource();
        await using var api = await configuration.StartAsync(map: app => app.MapGet("/", async () =>
        {
            isRunning.SetResult();
            await mayEnd.Task;
        }));
        var response = api.SendAsync();
        await isRunning.Task;
        var snapshot = SnapshotOf(api);

        api.Change(configuration, """{ "Quotas": { "q": { "Rate": "5/1h" } } }""");
        await Eventually.IsTrueAsync(() => !IsAlive(snapshot), "The request keeps the snapshot.");
        mayEnd.SetResult();
        Assert.Equal(("3", "2"), ((await response)["X-RateLimit-Limit"], (await response)["X-RateLimit-Remaining"]));
    }

    // The method of the test would keep the reference.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SnapshotOf(TestApi api) => new(api.Runtime().Current);

    private static bool IsAlive(WeakReference snapshot)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return snapshot.IsAlive;
    }
}
