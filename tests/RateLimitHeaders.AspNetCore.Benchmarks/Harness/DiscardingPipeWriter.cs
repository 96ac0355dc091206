using System.IO.Pipelines;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>Takes a response's body and keeps its length alone. The first flush starts the response, as a server's does.</summary>
internal sealed class DiscardingPipeWriter(ResponseFeature response) : PipeWriter
{
    private byte[] _buffer = new byte[4_096];
    private long _unflushed;

    /// <summary>Gets how many bytes were written.</summary>
    public long Length { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override void Advance(int bytes)
    {
        Length += bytes;
        _unflushed += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (sizeHint > _buffer.Length)
        {
            _buffer = new byte[sizeHint];
        }

        return _buffer;
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        _unflushed = 0;
        Competitor.MustBeDone(response.StartAsync(cancellationToken));
        return new(new FlushResult(isCanceled: false, isCompleted: false));
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public void Reset()
    {
        Length = 0;
        _unflushed = 0;
    }
}
