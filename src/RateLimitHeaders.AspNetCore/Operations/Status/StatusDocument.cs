namespace RateLimitHeaders.AspNetCore;

/// <summary>The answer of the status endpoint: GitHub's format, and in addition all quotas.</summary>
/// <param name="Resources">The limit of each resource under which the caller is limited.</param>
/// <param name="Rate">The limit of the default policy, or else the first one; <see langword="null"/> if the caller is not limited.</param>
/// <param name="Policies">The standing of the caller under each policy.</param>
internal sealed record StatusDocument(
    IReadOnlyDictionary<string, GitHubRate> Resources, GitHubRate? Rate, IReadOnlyList<OwnStandingView> Policies);
