using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A lease of a limiter of the application.</summary>
internal sealed class ScriptedLease(bool isAcquired, TimeSpan? retryAfter = null) : RateLimitLease
{
    public bool IsDisposed => Disposals > 0;

    public int Disposals { get; private set; }

    /// <summary>Gets what runs when the lease is disposed.</summary>
    public Action? Disposing { get; init; }

    /// <summary>Gets what runs when metadata is asked for.</summary>
    public Action? Metadata { get; init; }

    public override bool IsAcquired => isAcquired;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        Metadata?.Invoke();
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        Disposing?.Invoke();
        base.Dispose(disposing);
    }
}
