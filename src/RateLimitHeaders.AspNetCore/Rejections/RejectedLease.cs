using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The lease of a rejected request, for code that was written for ASP.NET Core's own rate limiting. It holds nothing.</summary>
/// <param name="retryAfter">The value of <c>Retry-After</c>; <see langword="null"/> if waiting does not help or it is not known.</param>
internal sealed class RejectedLease(TimeSpan? retryAfter) : RateLimitLease
{
    public override bool IsAcquired => false;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }
}
