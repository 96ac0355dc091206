namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A request that nobody counted.</summary>
internal sealed class UncountedLease(bool isAdmitted) : ExternalLease
{
    public override bool IsAcquired => isAdmitted;

    public override ReadOnlySpan<QuotaStatus> Statuses => [];

    public override TimeSpan? RetryAfter => null;

    public override TimeSpan Age => TimeSpan.Zero;

    public override bool IsUnavailable => !isAdmitted;

    public override bool HoldsPermits => false;

    public override string WhyNoStatuses => isAdmitted
        ? "Redis cannot count at the moment, and all requests are admitted meanwhile."
        : "Redis cannot count at the moment, and all requests are refused meanwhile.";
}
