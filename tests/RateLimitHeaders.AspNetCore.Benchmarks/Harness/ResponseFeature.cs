using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace RateLimitHeaders.AspNetCore.Benchmarks;

/// <summary>
/// A response that starts and completes as a server's does: <c>OnStarting</c> runs before the first byte or at the end, and
/// <c>OnCompleted</c> after it, the last registered first. The body goes nowhere. It is used again without allocating.
/// </summary>
internal sealed class ResponseFeature : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _onStarting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _onCompleted = new();
    private readonly DiscardingPipeWriter _writer;

    public ResponseFeature()
    {
        _writer = new DiscardingPipeWriter(this);
        Stream = _writer.AsStream(leaveOpen: true);
        Body = Stream;
    }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; }

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer;

    /// <summary>Gets how many bytes the body has.</summary>
    public long BodyLength => _writer.Length;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("The response has started.");
        }

        _onStarting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Push((callback, state));

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (!HasStarted)
        {
            Run(_onStarting);
            HasStarted = true;
        }

        return Task.CompletedTask;
    }

    public Task CompleteAsync() => StartAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void DisableBuffering()
    {
    }

    /// <summary>Ends the request.</summary>
    public void Complete()
    {
        if (!HasStarted)
        {
            Run(_onStarting);
            HasStarted = true;
        }

        Run(_onCompleted);
    }

    /// <summary>Makes the response that of a new request.</summary>
    public void Reset()
    {
        StatusCode = StatusCodes.Status200OK;
        HasStarted = false;
        Headers.Clear();
        _writer.Reset();
    }

    private static void Run(Stack<(Func<object, Task> Callback, object State)> callbacks)
    {
        while (callbacks.TryPop(out var entry))
        {
            Competitor.MustBeDone(entry.Callback(entry.State));
        }
    }
}
