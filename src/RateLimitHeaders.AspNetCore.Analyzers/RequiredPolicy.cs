using Microsoft.CodeAnalysis;

namespace RateLimitHeaders.AspNetCore.Analyzers;

/// <summary>A policy that code requires of an endpoint.</summary>
internal sealed class RequiredPolicy(string name, Location location)
{
    public string Name { get; } = name;

    public Location Location { get; } = location;
}
