namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A refusal that is told again. Its statuses grow older, so that the times that it tells run down.</summary>
internal sealed class RememberedLease(Refusal refusal, TimeProvider timeProvider) : ExternalLease
{
    public override bool IsAcquired => false;

    public override ReadOnlySpan<QuotaStatus> Statuses => refusal.Answer.Statuses;

    public override TimeSpan? RetryAfter { get; } = TimeSpan.FromTicks(Math.Max(0, refusal.Left(timeProvider).Ticks));

    public override TimeSpan Age => timeProvider.GetElapsedTime(refusal.Answer.Timestamp);

    public override DateTimeOffset? TakenAt => refusal.Answer.TakenAt;

    public override int LongestWait => refusal.Answer.LongestWait;

    public override bool HoldsPermits => false;
}
