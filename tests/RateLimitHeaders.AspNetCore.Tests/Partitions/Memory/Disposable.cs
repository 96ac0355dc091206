namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A partition that remembers whether it was disposed.</summary>
internal sealed class Disposable : IDisposable
{
    private int _disposals;

    public bool IsDisposed => Volatile.Read(ref _disposals) > 0;

    public void Dispose() => Interlocked.Increment(ref _disposals);
}
