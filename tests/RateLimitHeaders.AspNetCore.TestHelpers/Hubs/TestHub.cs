using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.SignalR;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A hub whose invocations are limited by the policy "calls", unless a method says otherwise.</summary>
[EnableRateLimiting("calls")]
public class TestHub : Hub
{
#pragma warning disable CA1822 // SignalR finds no static methods.
    public string Echo(string text) => text;

    public string Fail() => throw new HubException("failed");

    [DisableRateLimiting]
    public string Exempt(string text) => text;

    [EnableRateLimiting("costly")]
    [RateLimitCost(3)]
    public string Costly(string text) => text;

    [EnableRateLimiting("strict")]
    public string Strict(string text) => text;

    /// <summary>Streams numbers, the last of which has no end unless the caller ends it.</summary>
    [EnableRateLimiting("slots")]
    public async IAsyncEnumerable<int> Numbers(int count, bool ends, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.Delay(ends ? 0 : Timeout.Infinite, cancellationToken);
    }

    /// <summary>The same, as a task of a stream of texts.</summary>
    [EnableRateLimiting("slots")]
    public Task<ChannelReader<string>> Texts(int count, bool ends)
    {
        var channel = Channel.CreateUnbounded<string>();
        for (var i = 0; i < count; i++)
        {
            channel.Writer.TryWrite($"{i}");
        }

        if (ends)
        {
            channel.Writer.Complete();
        }

        return Task.FromResult(channel.Reader);
    }
#pragma warning restore CA1822
}
