using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Testing;

/// <summary>Where a caller stands.</summary>
public sealed class CallerStanding
{
    internal CallerStanding(RateLimitFeature feature)
    {
        PolicyName = feature.PolicyName!;
        Principal = feature.Principal;
        IsRejected = feature.Outcome == RateLimitOutcome.Rejected;
        RetryAfter = feature.RetryAfter;
        Statuses = feature.Statuses;
    }

    /// <summary>Gets the name of the policy; where several policies decide together, that of the endpoint.</summary>
    public string PolicyName { get; }

    /// <summary>
    /// Gets the caller as the application identifies it; <see langword="null"/> where a limiter of the application tells callers apart
    /// by itself.
    /// </summary>
    public RateLimitPrincipal? Principal { get; }

    /// <summary>
    /// Gets a value indicating whether the caller was at a limit, so that the request that asked was rejected; <see langword="false"/> where it was
    /// answered with 503 since it is not known whether it fits (<see cref="RateLimitOutcome.Unavailable"/>).
    /// </summary>
    public bool IsRejected { get; }

    /// <summary>Gets how long the caller must wait; <see langword="null"/> if the request that asked was admitted, no wait helps or it is not known.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Gets where the caller stands with each quota; empty if that is not known. The request that asks is one of those that a
    /// concurrency quota counts.
    /// </summary>
    public IReadOnlyList<QuotaStatus> Statuses { get; }

    /// <summary>Gets where the caller stands with one quota.</summary>
    /// <param name="quotaName">The name of the quota.</param>
    /// <exception cref="RateLimitAssertionException">The caller's plan has no such quota.</exception>
    public QuotaStatus this[string quotaName]
    {
        get
        {
            foreach (var status in Statuses)
            {
                if (status.Name == quotaName)
                {
                    return status;
                }
            }

            throw new RateLimitAssertionException($"There is no quota \"{quotaName}\". {this}.");
        }
    }

    /// <summary>Returns what is known in one line.</summary>
    public override string ToString() =>
        $"{Principal?.ToString() ?? "A caller"} under the policy \"{PolicyName}\" has {(Statuses.Count == 0 ? "quotas that are not known" : string.Join(", ", Statuses.Select(Text)))}";

    private static string Text(QuotaStatus quota) => string.Create(
        CultureInfo.InvariantCulture,
        $"{quota.Remaining}{(quota.Limit is { } limit ? $" of {limit}" : "")} left of \"{quota.Name}\"{(quota.UntilAll is { } all && all > TimeSpan.Zero ? $" (all in {all})" : "")}");
}
