using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A stream is one invocation, which holds the permits of a concurrency quota until the stream ends.</summary>
public class HubStreamTests
{
    private const string Rejected = " HubException: Rate limit exceeded; retry after 1 s.";

    [Theory]
    [InlineData("Numbers")]
    [InlineData("Texts")]
    public async Task Stream_HoldsItsPermit_UntilItEnds(string method)
    {
        await using var api = await StartAsync();
        await using var connection = await api.ConnectAsync();
        using var canceled = new CancellationTokenSource();
        var stream = Stream(connection, method, ends: false, canceled.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal($"An unexpected error occurred invoking '{method}' on the server.{Rejected}", await ReadAsync(connection, method));

        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        await AssertFreeAsync(connection, method);

        // A stream that ends by itself holds nothing any longer, either.
        await AssertFreeAsync(connection, method);
    }

    [Theory]
    [InlineData("Numbers")]
    [InlineData("Texts")]
    public async Task Stream_OfAClosedConnection_HoldsNoPermits(string method)
    {
        await using var api = await StartAsync();
        await using (var gone = await api.ConnectAsync())
        {
            var stream = Stream(gone, method, ends: false, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            Assert.True(await stream.MoveNextAsync());
        }

        await using var connection = await api.ConnectAsync();
        await AssertFreeAsync(connection, method);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Invocation_QueuedOnAClosedConnection_LeavesTheQueue(HttpTransportType transport)
    {
        await using var api = await StartAsync(policy => policy.Concurrency(1, queueLimit: 1));
        using var measured = RecordedMeasurements.Of(api, StockMetrics.MeterName);
        await using var connection = await api.ConnectAsync();
        using var canceled = new CancellationTokenSource();
        var held = Stream(connection, "Numbers", ends: false, canceled.Token).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await held.MoveNextAsync());

        Task<bool> waiting;
        await using (var gone = await api.ConnectAsync(transport: transport))
        {
            waiting = Stream(gone, "Numbers", ends: true, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None).MoveNextAsync().AsTask();
            await QueuedAsync(1);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await QueuedAsync(0);
        await canceled.CancelAsync();
        await AssertFreeAsync(connection, "Numbers");

        Task QueuedAsync(long requests) => Eventually.IsTrueAsync(
            () => measured.Of("aspnetcore.rate_limiting.queued_requests").Sum(measurement => measurement.Value) == requests,
            $"There are not {requests} requests in the queue.");
    }

    [Fact]
    public async Task Streams_AreOneInvocation_WhateverTheirLength()
    {
        await using var api = await StartAsync(policy => policy.FixedWindow("minute", 2, TimeSpan.FromMinutes(1)));
        await using var connection = await api.ConnectAsync();
        Assert.Equal("0 1 2 3 4", await ReadAsync(connection, "Numbers", 5));
        Assert.Equal("0 1 2 3 4", await ReadAsync(connection, "Texts", 5));
        Assert.Equal("An unexpected error occurred invoking 'Numbers' on the server. HubException: Rate limit exceeded; retry after 60 s.", await ReadAsync(connection, "Numbers"));
    }

    private static async Task AssertFreeAsync(HubConnection connection, string method)
    {
        // The client has its answer before the server has given the permit back.
        for (var attempt = 0; ; attempt++)
        {
            var answer = await ReadAsync(connection, method);
            if (answer == "0 1 2")
            {
                return;
            }

            Assert.EndsWith(Rejected, answer, StringComparison.Ordinal);
            Assert.True(attempt < 10_000, "The permit is still held.");
            await Task.Delay(1);
        }
    }

    private static async Task<string> ReadAsync(HubConnection connection, string method, int count = 3)
    {
        var items = new List<object>();
        try
        {
            await foreach (var item in Stream(connection, method, ends: true, CancellationToken.None, count))
            {
                items.Add(item);
            }

            return string.Join(' ', items);
        }
        catch (Microsoft.AspNetCore.SignalR.HubException exception)
        {
            return exception.Message;
        }
    }

    private static IAsyncEnumerable<object> Stream(
        HubConnection connection, string method, bool ends, CancellationToken cancellationToken, int count = 3) =>
        connection.StreamAsyncCore<object>(method, [count, ends], cancellationToken);

    private static Task<TestApi> StartAsync(Action<PolicyBuilder>? slots = null) => TestApi.StartAsync(
        limits => HubTesting.AddPolicies(limits, slots: slots ?? (policy => policy.Concurrency("slots", 1))),
        HubTesting.MapHub,
        HubTesting.AddHubs);
}
