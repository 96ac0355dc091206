using System.Net;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Finds the plans and the principal that an operator means.</summary>
internal static class OperatedPlans
{
    /// <summary>Finds the plans.</summary>
    /// <exception cref="ArgumentException">The policy does not exist or does not count the token type.</exception>
    public static IReadOnlyList<Plan> Of(RateLimitSnapshot snapshot, string? policyName, string tokenType)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenType);
        Plan[] plans = [.. snapshot.Policies
            .Where(policy => policyName is null || policy.Name == policyName)
            .SelectMany(policy => policy.CountedPlansOf(tokenType))];
        return plans.Length > 0 ? plans : throw new ArgumentException(
            policyName is null
                ? $"No policy counts the token type \"{tokenType}\"."
                : $"There is no policy \"{policyName}\" that counts the token type \"{tokenType}\".",
            nameof(tokenType));
    }

    /// <summary>Gets the principal: an address where the rules identify callers of the token type by theirs.</summary>
    public static RateLimitPrincipal PrincipalOf(RateLimitSnapshot snapshot, RateLimitTarget target) =>
        AddressRuleOf(snapshot.Definition, target) is { } rule && IPAddress.TryParse(target.Id, out var address)
            ? rule.PrincipalOf(address)
            : new RateLimitPrincipal(CallerTokenTypeOf(snapshot, target.TokenType), target.Id);

    /// <summary>Gets the token type of callers, if that of a plan was named that they have by name.</summary>
    private static string CallerTokenTypeOf(RateLimitSnapshot snapshot, string tokenType) => snapshot.Definition.Policies
        .SelectMany(policy => policy.Plans)
        .FirstOrDefault(plan => plan.TokenType == tokenType)?.CallerTokenType ?? tokenType;

    private static AddressRule? AddressRuleOf(RateLimitDefinition definition, RateLimitTarget target) => definition.Policies
        .Where(policy => target.PolicyName is null || policy.Name == target.PolicyName)
        .Select(policy => (policy.Principals ?? definition.Principals).Address)
        .FirstOrDefault(rule => rule.Declares(target.TokenType));
}
