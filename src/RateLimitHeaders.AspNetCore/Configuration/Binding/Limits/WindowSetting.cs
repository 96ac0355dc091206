namespace RateLimitHeaders.AspNetCore;

/// <summary>The setting of a quota that sets <see cref="QuotaOptions.Window"/>, or with <c>1mo</c> and <c>1y</c> <see cref="QuotaOptions.Period"/>.</summary>
/// <param name="name">The name.</param>
internal sealed class WindowSetting(string name) : Setting<QuotaOptions>(name)
{
    /// <summary>Gets the settings that give a window, each in a form of its own.</summary>
    public static string[] Forms { get; } = [nameof(QuotaOptions.Window), nameof(QuotaOptions.Period), nameof(QuotaOptions.RefillPerSecond)];

    public override SettingKind Kind => SettingKinds.WindowOrNull;

    public override void Read(SettingSection section, QuotaOptions options)
    {
        if (!SettingKinds.WindowOrNull.TryRead(section, out var window))
        {
            return;
        }

        var before = Of(options);
        if (Set(section, options, window ?? default))
        {
            section.Findings.MarkRead(section.Path, OverridesCode(section, options, before));
        }
    }

    /// <summary>Gets the window in its form.</summary>
    internal static (TimeSpan? Window, CalendarPeriod? Period, double? RefillPerSecond) Of(QuotaOptions options) =>
        (options.Window, options.Period, options.RefillPerSecond);

    /// <summary>Returns whether a section has given another window than code.</summary>
    /// <param name="section">The setting, which is not marked as read yet.</param>
    /// <param name="options">The options with the window of the section.</param>
    /// <param name="before">The window before, which an earlier section may have given.</param>
    internal static bool OverridesCode(
        SettingSection section, QuotaOptions options, (TimeSpan? Window, CalendarPeriod? Period, double? RefillPerSecond) before) =>
        before != default && before != Of(options) && !section.IsAnyRead(Forms);

    /// <summary>Sets a window, which of the calendar chooses the algorithm too; adds an error if another key contradicts it.</summary>
    internal static bool Set(SettingSection section, QuotaOptions options, WindowLength window)
    {
        if (window != default && section.Sibling(nameof(QuotaOptions.RefillPerSecond)) is null)
        {
            options.RefillPerSecond = null;
        }

        if (window.Period is not { } period)
        {
            if (window.Span is not null && options.Algorithm == QuotaAlgorithm.CalendarWindow)
            {
                LeaveCalendar(section, options);
            }

            options.Window = window.Span;
            return true;
        }

        if (section.Sibling(nameof(QuotaOptions.Period)) is not null)
        {
            section.AddError(
                RateLimitErrorIds.SettingTwice,
                $"{section.Name} is \"{section.Value}\" in addition to {nameof(QuotaOptions.Period)}, of which it is another form; keep one of the two.");
            section.Findings.MarkUnread(section.Named(nameof(QuotaOptions.Period)).Path);
            return false;
        }

        var algorithm = section.Sibling(nameof(QuotaOptions.Algorithm));
        if (algorithm is not null && !string.Equals(algorithm, nameof(QuotaAlgorithm.CalendarWindow), StringComparison.OrdinalIgnoreCase))
        {
            section.AddError(
                RateLimitErrorIds.SettingValue,
                $"{section.Name} is \"{section.Value}\", a calendar {(period == CalendarPeriod.Month ? "month" : "year")}, and the algorithm is {algorithm}; "
                + "leave Algorithm out, or give a span, such as \"30d\".");
            return false;
        }

        (options.Algorithm, options.Period, options.Window) = (QuotaAlgorithm.CalendarWindow, period, null);
        return true;
    }

    /// <summary>
    /// Returns from a calendar window, which code or an earlier section has set, to a span. Other settings of the calendar window are left,
    /// so that their errors are reported.
    /// </summary>
    private static void LeaveCalendar(SettingSection section, QuotaOptions options)
    {
        string[] settings =
            [nameof(QuotaOptions.Algorithm), nameof(QuotaOptions.Period), nameof(QuotaOptions.TimeZone), nameof(QuotaOptions.FirstDayOfWeek)];
        if (settings.All(setting => section.Sibling(setting) is null))
        {
            (options.Algorithm, options.Period) = (QuotaAlgorithm.FixedWindow, null);
            (options.TimeZone, options.FirstDayOfWeek) = (CalendarWindowQuota.DefaultTimeZone, CalendarWindowQuota.DefaultFirstDayOfWeek);
        }
    }
}
