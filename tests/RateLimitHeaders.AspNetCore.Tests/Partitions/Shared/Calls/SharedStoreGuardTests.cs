namespace RateLimitHeaders.AspNetCore.Tests;

public class SharedStoreGuardTests
{
    [Fact]
    public void GetOrCreate_Again_IsTheSameGuard()
    {
        using var shared = new SharedStoreGuard();
        Assert.Null(shared.Guard);
        var guard = shared.GetOrCreate(static () => TestStack.GuardOf(new ScriptedStore()));
        Assert.Same(guard, shared.GetOrCreate(static () => throw new InvalidOperationException()));
        Assert.Same(guard, shared.Guard);
    }

    [Fact]
    public async Task Dispose_EndsTheGuard()
    {
        var shared = new SharedStoreGuard();
        var guard = shared.GetOrCreate(static () => TestStack.GuardOf(new ScriptedStore()));
        shared.Dispose();
        Assert.False(await guard.RunAsync(default, 0, static _ => ValueTask.CompletedTask));
    }
}
