namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>Admits all, or refuses all with 503.</summary>
internal sealed class ConstantFallback(bool isAdmitted) : IFallback
{
    public ValueTask<ExternalLease> AcquireAsync(
        RateLimitPrincipal principal, int permits, ReadOnlySpan<double> limits, CancellationToken cancellationToken) =>
        new(new UncountedLease(isAdmitted));

    public void Dispose()
    {
    }
}
