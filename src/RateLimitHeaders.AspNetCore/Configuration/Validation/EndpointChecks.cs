using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds endpoints that require a policy that does not exist, before the first request.</summary>
internal static class EndpointChecks
{
    public static void Check(
        IEnumerable<Endpoint> endpoints,
        IReadOnlyCollection<string> policyNames,
        EquatableList<EndpointAssignment> assignments,
        bool combines,
        ConfigurationErrors errors)
    {
        errors.AddRange(
            from endpoint in endpoints
            where endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null && EndpointAssignment.For(endpoint, assignments).Count == 0
            from required in RequiredPolicies.Attributes(endpoint, combines)
            let error = Check(endpoint, required.PolicyName, policyNames)
            where error is not null
            select error);
    }

    private static RateLimitConfigurationError? Check(Endpoint endpoint, string? name, IReadOnlyCollection<string> policyNames)
    {
        if (name is null)
        {
            return new(
                RateLimitErrorIds.EndpointPolicyObject,
                string.Empty,
                $"Endpoint \"{endpoint.NameOrRoute()}\" has RequireRateLimiting with a policy object, which ASP.NET Core does not expose; "
                    + "add the policy by a name with AddPolicy, and require that name.");
        }

        if (policyNames.Contains(name))
        {
            return null;
        }

        var known = policyNames.Count == 0 ? "There is none yet." : $"There are {string.Join(", ", policyNames.Select(known => $"\"{known}\""))}.";
        return new(
            RateLimitErrorIds.EndpointPolicyMissing,
            string.Empty,
            $"Endpoint \"{endpoint.NameOrRoute()}\" requires the rate limiting policy \"{name}\", which does not exist "
                + "(those of AddRateLimiter have no effect here); "
                + $"add it with AddPolicy(\"{name}\", …) or correct the name. {known}");
    }
}
