namespace RateLimitHeaders.AspNetCore;

/// <summary>The setting of a quota that sets <see cref="QuotaOptions.PermitLimit"/> and <see cref="QuotaOptions.Window"/> together.</summary>
/// <param name="name">The name.</param>
internal sealed class RateSetting(string name) : Setting<QuotaOptions>(name)
{
    public const string Key = "Rate";

    private static readonly string[] s_long =
        [nameof(QuotaOptions.PermitLimit), nameof(QuotaOptions.Window), nameof(QuotaOptions.RefillPerSecond)];

    public override SettingKind Kind => SettingKinds.Rate;

    public override void Read(SettingSection section, QuotaOptions options)
    {
        if (s_long.FirstOrDefault(setting => section.Sibling(setting) is not null) is { } other)
        {
            section.AddError(RateLimitErrorIds.SettingTwice, $"{Name} is set in addition to {other}, of which it is another form; keep one of the two.");
        }
        else if (SettingKinds.Rate.TryRead(section, out var rate) && HasWindow(section, options, rate.Window))
        {
            var before = WindowSetting.Of(options);
            var isOtherLimit = (options.DynamicLimit is not null || options.PermitLimit != 0) && options.PermitLimit != rate.Permits
                && !section.IsAnyRead([nameof(QuotaOptions.PermitLimit)]);
            QuotaSettings.SetLimit(options, rate.Permits);
            if (WindowSetting.Set(section, options, rate.Window))
            {
                section.Findings.MarkRead(section.Path, isOtherLimit || WindowSetting.OverridesCode(section, options, before));
                section.Findings.MarkRead(section.Named(nameof(QuotaOptions.PermitLimit)).Path, isOtherwise: false);
                section.Findings.MarkRead(section.Named(nameof(QuotaOptions.Window)).Path, isOtherwise: false);
            }
        }

        if (section.Findings.IsUnread(section.Path))
        {
            section.Findings.MarkUnread(section.Named(nameof(QuotaOptions.PermitLimit)).Path);
            section.Findings.MarkUnread(section.Named(nameof(QuotaOptions.Window)).Path);
        }
    }

    /// <summary>Returns whether the algorithm has a window that a rate can set; adds an error if it has none.</summary>
    private static bool HasWindow(SettingSection section, QuotaOptions options, WindowLength window)
    {
        var isOfCalendar = string.Equals(section.Sibling(nameof(QuotaOptions.Algorithm)), nameof(QuotaAlgorithm.CalendarWindow), StringComparison.OrdinalIgnoreCase);
        if (window.Period is not null || (options.Algorithm != QuotaAlgorithm.Concurrency && !isOfCalendar))
        {
            return true;
        }

        section.AddError(
            RateLimitErrorIds.SettingValue,
            $"{section.Name} is \"{section.Value}\", a limit for a span of time, and the algorithm is {options.Algorithm}; give PermitLimit instead.");
        return false;
    }
}
