using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A stream of a hub method, whose invocation ends when there is nothing more to read or the reader is canceled.</summary>
internal sealed class HeldChannelReader<T>(ChannelReader<T> reader, LimitedInvocation invocation) : ChannelReader<T>
{
    public override Task Completion => reader.Completion;

    public override bool CanCount => reader.CanCount;

    public override bool CanPeek => reader.CanPeek;

    public override int Count => reader.Count;

    public override bool TryRead([MaybeNullWhen(false)] out T item) => reader.TryRead(out item);

    public override bool TryPeek([MaybeNullWhen(false)] out T item) => reader.TryPeek(out item);

    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        var hasMore = false;
        try
        {
            return hasMore = await reader.WaitToReadAsync(cancellationToken);
        }
        finally
        {
            if (!hasMore)
            {
                await invocation.EndAsync();
            }
        }
    }
}
