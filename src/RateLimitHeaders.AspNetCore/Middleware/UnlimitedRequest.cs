namespace RateLimitHeaders.AspNetCore;

/// <summary>What is known of a request that is not limited: why. There is one of these for each reason, whatever the request.</summary>
internal sealed class UnlimitedRequest : IRateLimitFeature
{
    public static readonly UnlimitedRequest DisabledByEndpoint = new("the endpoint has DisableRateLimiting.");
    public static readonly UnlimitedRequest ExemptByCondition = new("ExemptWhen holds.");
    public static readonly UnlimitedRequest ExemptByTokenType = new("the token type is exempt.");
    public static readonly UnlimitedRequest WithoutPolicy = new("the endpoint requires no policy, and there is no default one.");

    public static readonly UnlimitedRequest WithMissingPolicy = new("the policy that the endpoint requires does not exist, and there is no default one.");

    private UnlimitedRequest(string reason) => WhyNoHeaders = reason;

    public string WhyNoHeaders { get; }

    public string? PolicyName => null;

    public RateLimitPrincipal? Principal => null;

    public bool IsRefused => false;

    public TimeSpan? RetryAfter => null;

    public ReadOnlySpan<QuotaStatus> Statuses => [];

    public void Charge(int permits) => ArgumentOutOfRangeException.ThrowIfNegative(permits);

    public void Refund(int permits) => ArgumentOutOfRangeException.ThrowIfNegative(permits);
}
