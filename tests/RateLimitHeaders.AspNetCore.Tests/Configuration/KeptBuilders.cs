namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>All builders of one configuration, kept for longer than allowed.</summary>
internal sealed class KeptBuilders
{
    public RateLimitsBuilder Limits { get; private set; } = null!;

    public PrincipalsBuilder Principals { get; private set; } = null!;

    public PolicyBuilder Policy { get; private set; } = null!;

    public PlanBuilder Plan { get; private set; } = null!;

    public HeadersBuilder Headers { get; private set; } = null!;

    public void Configure(RateLimitsBuilder limits)
    {
        Limits = limits
            .Principals(who => Principals = who)
            .DefaultPolicy(policy => Policy = policy.ForOthers(plan => Plan = plan.FixedWindow(5, TimeSpan.FromMinutes(1))))
            .Headers(headers => Headers = headers);
    }
}
