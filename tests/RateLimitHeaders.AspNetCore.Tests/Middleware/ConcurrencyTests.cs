using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

public class ConcurrencyTests
{
    [Fact]
    public async Task Caller_HangsUpInTheQueue_LeavesItsPlaceAndTakesNoSlot()
    {
        await using var api = await SlotApi.StartAsync(slots: 1, queueLimit: 1);
        var holder = api.SendAsync("/hold");
        await api.PendingAsync("/hold");

        using var hangUp = new CancellationTokenSource();
        var waiter = api.SendAsync("/?waits", hangUp.Token);
        await api.PendingAsync("/?waits");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync("/?rejected")).StatusCode);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        await api.DoneAsync("/?waits");

        // Its place in the queue is free again, and the slot goes to the request that waits there now.
        var next = api.SendAsync("/?next");
        await api.PendingAsync("/?next");
        Assert.False(next.IsCompleted);
        api.OpenGate();
        Assert.Equal(HttpStatusCode.OK, (await holder).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/?last")).StatusCode);
    }

    [Fact]
    public async Task Caller_HangsUpWithASlot_GivesItBack()
    {
        await using var api = await SlotApi.StartAsync(slots: 1, queueLimit: 0);
        using var hangUp = new CancellationTokenSource();
        var holder = api.SendAsync("/hold", hangUp.Token);
        await api.PendingAsync("/hold");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync("/")).StatusCode);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holder);
        await api.DoneAsync("/hold");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Endpoint_Throws_GivesItsSlotBack()
    {
        await using var api = await SlotApi.StartAsync(slots: 1, queueLimit: 0);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("boom", (await Assert.ThrowsAsync<InvalidOperationException>(() => api.SendAsync("/boom"))).Message);
        }

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Slots_AllTaken_RejectUntilOneIsGivenBack()
    {
        await using var api = await SlotApi.StartAsync(slots: 2, queueLimit: 0);
        var first = api.SendAsync("/hold?1");
        await api.PendingAsync("/hold?1");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/")).StatusCode);
        var second = api.SendAsync("/hold?2");
        await api.PendingAsync("/hold?2");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await api.SendAsync("/")).StatusCode);

        api.OpenGate();
        await Task.WhenAll(first, second);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync("/")).StatusCode);
    }
}
