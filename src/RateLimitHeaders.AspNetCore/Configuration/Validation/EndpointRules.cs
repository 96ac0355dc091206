using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds endpoints that require a policy which does not exist, before the first request.</summary>
internal static class EndpointRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(
        EndpointDataSource? endpoints, IReadOnlyCollection<string> policyNames, EquatableList<EndpointAssignment> assignments)
    {
        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null
                || endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not { } required
                || EndpointAssignments.For(endpoint, assignments).Count > 0)
            {
                continue;
            }

            if (required.PolicyName is not { } name)
            {
                yield return new(
                    RateLimitErrorIds.EndpointPolicyObject,
                    string.Empty,
                    $"Endpoint \"{endpoint.DisplayName}\" has RequireRateLimiting with a policy object, which ASP.NET Core keeps to itself; "
                        + "add the policy by a name with AddPolicy, and require that name.");
            }
            else if (!policyNames.Contains(name))
            {
                var known = policyNames.Count == 0 ? "There is none yet." : $"There are {string.Join(", ", policyNames.Select(known => $"\"{known}\""))}.";
                yield return new(
                    RateLimitErrorIds.EndpointPolicyMissing,
                    string.Empty,
                    $"Endpoint \"{endpoint.DisplayName}\" requires the rate limiting policy \"{name}\", which does not exist; "
                        + $"add it with AddPolicy(\"{name}\", …) or correct the name. {known}");
            }
        }
    }
}
