namespace RateLimitHeaders.AspNetCore;

/// <summary>What the rules that tell the caller of a request must keep.</summary>
internal static class PrincipalRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(string parent, IReadOnlyList<PrincipalRule> rules, IServiceProvider services)
    {
        var address = -1;
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            var path = OptionsPath.Join(parent, $"{i}");
            if (address >= 0)
            {
                yield return AfterAddress(rule, path);
            }
            else if (rule is AddressRule)
            {
                address = i;
            }

            foreach (var error in Check(rule, path).Concat(rule.Validate(path, services)))
            {
                yield return error;
            }
        }
    }

    private static RateLimitConfigurationError AfterAddress(PrincipalRule rule, string path) => rule is AddressRule
        ? new(
            RateLimitErrorIds.AddressRepeated,
            path,
            "FromIpAddress is given several times; every request has an address, so give it once, last.")
        : new(
            RateLimitErrorIds.RuleAfterAddress,
            path,
            $"{rule.Description} comes after FromIpAddress, which every request matches; move it before.");

    private static IEnumerable<RateLimitConfigurationError> Check(PrincipalRule rule, string path)
    {
        if (rule.TokenTypes.Count == 0)
        {
            yield return new(
                RateLimitErrorIds.TokenTypeUndeclared,
                path,
                $"{rule.Description} declares no token type; name those that it gives, such as \"partner\".");
        }
        else if (rule.TokenTypes.Any(string.IsNullOrEmpty))
        {
            yield return new(
                RateLimitErrorIds.TokenTypeEmpty,
                path,
                $"{rule.Description} has an empty token type; give it a name, such as \"access-token\".");
        }
    }
}
