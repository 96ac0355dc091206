namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the rules that identify the caller of a request.</summary>
internal static class PrincipalChecks
{
    public static void Check(string parent, IReadOnlyList<PrincipalRule> rules, IServiceProvider services, ConfigurationErrors errors)
    {
        var isAfterAddress = false;
        foreach (var (i, rule) in rules.Index())
        {
            var path = OptionsPath.Join(parent, $"{i}");
            if (isAfterAddress)
            {
                AddAfterAddress(rule, path, errors);
            }

            errors.AddIf(
                rule.TokenTypes.Count == 0,
                RateLimitErrorIds.TokenTypeUndeclared,
                path,
                $"{rule.Description} declares no token type; name those that it returns, such as \"partner\".");
            errors.AddIf(
                rule.TokenTypes.Any(string.IsNullOrEmpty),
                RateLimitErrorIds.TokenTypeEmpty,
                path,
                $"{rule.Description} has an empty token type; give it a name, such as \"access-token\".");
            errors.AddRange(rule.Validate(path, services));
            isAfterAddress |= rule is AddressRule;
        }
    }

    private static void AddAfterAddress(PrincipalRule rule, string path, ConfigurationErrors errors)
    {
        if (rule is AddressRule)
        {
            errors.Add(
                RateLimitErrorIds.AddressRepeated, path, "FromIpAddress is given several times; every request has an address, so give it once, last.");
        }
        else
        {
            errors.Add(
                RateLimitErrorIds.RuleAfterAddress, path, $"{rule.Description} comes after FromIpAddress, which every request matches; move it before.");
        }
    }
}
