namespace RateLimitHeaders.AspNetCore;

/// <summary>The setting that lists the rules that identify callers. It replaces those of code, unless one of its rules represents them.</summary>
/// <typeparam name="TOptions">The options that have the rules.</typeparam>
/// <param name="name">The name.</param>
/// <param name="rulesOf">Gets the rules, which an earlier section may have replaced.</param>
/// <param name="rulesOfCode">Gets the rules of code.</param>
internal sealed class PrincipalsSetting<TOptions>(
    string name, Func<TOptions, List<PrincipalRule>> rulesOf, Func<TOptions, IReadOnlyList<PrincipalRule>> rulesOfCode) : Setting<TOptions>(name)
{
    public override void Read(SettingSection section, TOptions options)
    {
        if (!section.IsSection("give a list of rules"))
        {
            return;
        }

        if (section.Section[nameof(PrincipalOptions.From)] is not null)
        {
            section.AddError(RateLimitErrorIds.SettingForm, $"{Name} is a single rule; give a list of rules, such as [ {{ \"From\": \"User\" }} ].");
            return;
        }

        var (rules, ofCode) = (rulesOf(options), rulesOfCode(options));
        rules.Clear();
        foreach (var child in section.Children)
        {
            foreach (var rule in ReadRules(child, ofCode))
            {
                section.Findings.MarkItem(section.Path, rules.Count, child.Path);
                rules.Add(rule);
            }
        }

        section.Findings.MarkRead(section.Path, isOtherwise: ofCode.Except(rules).Any());
    }

    private static IReadOnlyList<PrincipalRule> ReadRules(SettingSection section, IReadOnlyList<PrincipalRule> ofCode)
    {
        var from = section.Section[nameof(PrincipalOptions.From)];
        if (!section.IsSection("give a section with From, such as { \"From\": \"User\" }") || !EnumNames<PrincipalSource>.TryRead(from ?? "", out var source))
        {
            AddUnknownSource(section, from);
            return [];
        }

        var rule = new PrincipalOptions();
        PrincipalSettings.Tables[source].Read(section, rule);
        if (source == PrincipalSource.Code)
        {
            if (ofCode.Count == 0)
            {
                section.AddError(
                    RateLimitErrorIds.CodeWithoutRules,
                    "The rule from Code represents the rules that code adds here, and code adds none; give From User or leave it out.");
            }

            return ofCode;
        }

        var (found, missing) = PrincipalSettings.Create(rule);
        var path = $"{section.Path}:{missing}";
        if (missing is not null && !section.Findings.IsUnreadInPart(path))
        {
            section.AddError(RateLimitErrorIds.SettingMissing, $"The rule from {source} has no {missing}; give it.");
        }

        return found is null ? [] : [found];
    }

    private static void AddUnknownSource(SettingSection section, string? from)
    {
        var sources = string.Join(", ", Enum.GetNames<PrincipalSource>());
        if (from is not null)
        {
            section.AddError(RateLimitErrorIds.SettingValue, $"From is \"{from}\"; give one of {sources}.");
        }
        else if (string.IsNullOrEmpty(section.Value))
        {
            section.AddError(RateLimitErrorIds.SettingMissing, $"The rule has no From; give one of {sources}.");
        }
    }
}
