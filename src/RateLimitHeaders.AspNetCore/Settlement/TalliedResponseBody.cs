using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the bytes of a response on their way to the server, or to earlier middleware that changes them.</summary>
/// <remarks>
/// A file is copied through the counted stream, as Kestrel itself does, so that the number of sent bytes is known when the client disconnects.
/// </remarks>
internal sealed class TalliedResponseBody(IHttpResponseBodyFeature inner, ByteTally tally) : IHttpResponseBodyFeature
{
    private TalliedStream? _stream;
    private TalliedWriter? _writer;

    public Stream Stream => _stream ??= new TalliedStream(inner.Stream, tally);

    public PipeWriter Writer => _writer ??= new TalliedWriter(inner.Writer, tally);

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();
}
