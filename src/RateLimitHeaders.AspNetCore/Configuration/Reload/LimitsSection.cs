using Microsoft.Extensions.Configuration;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A configuration section that limits are read from, among the services.</summary>
/// <param name="Section">The section.</param>
internal sealed record LimitsSection(IConfigurationSection Section);
