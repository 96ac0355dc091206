namespace RateLimitHeaders.AspNetCore;

/// <summary>A policy in force, for JSON.</summary>
/// <param name="Name">The name.</param>
/// <param name="Resource">The name of the group of endpoints.</param>
/// <param name="IsOfOwnLimiters">Whether limiters of the application decide.</param>
/// <param name="Admitted">How many requests this server has admitted while operators viewed the page.</param>
/// <param name="Rejected">How many requests this server has rejected while operators viewed the page.</param>
/// <param name="Plans">The plans.</param>
internal sealed record PolicyView(string Name, string Resource, bool IsOfOwnLimiters, long Admitted, long Rejected, IReadOnlyList<PlanView> Plans);
