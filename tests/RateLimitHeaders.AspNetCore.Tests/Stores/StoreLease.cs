namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A decision of a <see cref="ScriptedStore"/>: of one quota of 10 an hour, with so many left.</summary>
internal sealed class StoreLease(long remaining) : ExternalLease
{
    private static readonly QuotaDescription s_quota = new("hourly", TimeSpan.FromHours(1));

    /// <summary>Gets what the store has still to do before a charge, a refund or a new reading is known.</summary>
    public TaskCompletionSource StoreAnswers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Remaining { get; set; } = remaining;

    public TimeSpan UntilAll { get; set; } = TimeSpan.FromMinutes(30);

    public bool Refuses { get; init; }

    public bool Knows { get; init; } = true;

    public bool DecidedNothing { get; init; }

    public bool IsDisposed { get; private set; }

    public TimeSpan? OwnAge { get; set; }

    public DateTimeOffset? StoreTime { get; init; }

    public override bool IsAcquired => !Refuses && !DecidedNothing;

    public override ReadOnlySpan<QuotaStatus> Statuses =>
        Knows ? new QuotaStatus[] { new(s_quota, 10d, Remaining, UntilAll, UntilAll, Refuses) } : [];

    public override TimeSpan? RetryAfter => Refuses ? UntilAll : null;

    public override TimeSpan Age => OwnAge ?? TimeSpan.Zero;

    public override DateTimeOffset? TakenAt => StoreTime;

    public override bool IsUnavailable => DecidedNothing;

    public override string WhyNoStatuses => "the store is away.";

    public override async ValueTask ChargeAsync(int permits)
    {
        await StoreAnswers.Task;
        Remaining -= permits;
    }

    public override async ValueTask RefundAsync(int permits)
    {
        await StoreAnswers.Task;
        Remaining += permits;
    }

    public override async ValueTask RefreshAsync()
    {
        await StoreAnswers.Task;
        Remaining = 10;
        OwnAge = TimeSpan.Zero;
        UntilAll = TimeSpan.Zero;
    }

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
