namespace RateLimitHeaders.AspNetCore.Tests;

public class StoreGuardsTests
{
    [Fact]
    public void For_OneStore_IsOneGuard()
    {
        using var guards = new StoreGuards();
        var (one, other) = (new ScriptedStore(), new ScriptedStore());
        var first = guards.For(one, () => TestStack.GuardOf(one));
        Assert.Same(first, guards.For(one, static () => throw new InvalidOperationException()));
        var second = guards.For(other, () => TestStack.GuardOf(other));
        Assert.Equal([first, second], guards.All);
    }

    [Fact]
    public async Task Dispose_EndsTheGuards()
    {
        var guards = new StoreGuards();
        var store = new ScriptedStore();
        var guard = guards.For(store, () => TestStack.GuardOf(store));
        guards.Dispose();
        Assert.False(await guard.RunAsync(default, 0, static _ => ValueTask.CompletedTask));
    }
}
