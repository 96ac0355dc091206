namespace RateLimitHeaders.AspNetCore;

/// <summary>The answer of the status endpoint: GitHub's shape, and all quotas beside it.</summary>
/// <param name="Resources">The limit of each resource under which the caller is limited.</param>
/// <param name="Rate">That of the default policy or else the first one; <see langword="null"/> where the caller is not limited.</param>
/// <param name="Policies">Where the caller stands under each policy.</param>
internal sealed record StatusDocument(
    IReadOnlyDictionary<string, GitHubRate> Resources, GitHubRate? Rate, IReadOnlyList<OwnStandingView> Policies);
