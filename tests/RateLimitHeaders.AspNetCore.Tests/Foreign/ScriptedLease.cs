using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A lease of a user's own limiter.</summary>
internal sealed class ScriptedLease(bool isAcquired, TimeSpan? retryAfter = null) : RateLimitLease
{
    public bool IsDisposed { get; private set; }

    public override bool IsAcquired => isAcquired;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
