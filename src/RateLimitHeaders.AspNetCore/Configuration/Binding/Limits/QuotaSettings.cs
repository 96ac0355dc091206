using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of quotas, plans and policies.</summary>
internal static class QuotaSettings
{
    public static SettingTable<QuotaOptions> Quota { get; } = new(
        new ValueSetting<QuotaOptions, QuotaAlgorithm>(
            nameof(QuotaOptions.Algorithm), SettingKinds.NameOf<QuotaAlgorithm>(), o => o.Algorithm, (o, value) => o.Algorithm = value),
        new RateSetting("Rate"),
        new ValueSetting<QuotaOptions, double>(
            nameof(QuotaOptions.PermitLimit), SettingKinds.Number, o => o.DynamicLimit ?? (object)o.PermitLimit, SetLimit),
        new WindowSetting(nameof(QuotaOptions.Window)),
        new ValueSetting<QuotaOptions, CalendarPeriod?>(
            nameof(QuotaOptions.Period), SettingKinds.NameOrNullOf<CalendarPeriod>(), o => o.Period, (o, value) => o.Period = value),
        new ValueSetting<QuotaOptions, string>(nameof(QuotaOptions.TimeZone), SettingKinds.Text, o => o.TimeZone, (o, value) => o.TimeZone = value),
        new ValueSetting<QuotaOptions, DayOfWeek>(
            nameof(QuotaOptions.FirstDayOfWeek), SettingKinds.NameOf<DayOfWeek>(), o => o.FirstDayOfWeek, (o, value) => o.FirstDayOfWeek = value),
        new ValueSetting<QuotaOptions, int>(
            nameof(QuotaOptions.Segments), SettingKinds.Integer, o => o.Segments, (o, value) => o.Segments = value),
        new ValueSetting<QuotaOptions, bool>(
            nameof(QuotaOptions.AlignToClock), SettingKinds.Flag, o => o.AlignToClock, (o, value) => o.AlignToClock = value),
        new ValueSetting<QuotaOptions, double?>(
            nameof(QuotaOptions.RefillPerSecond), SettingKinds.NumberOrNull, o => o.RefillPerSecond, (o, value) => o.RefillPerSecond = value),
        new ValueSetting<QuotaOptions, string>(nameof(QuotaOptions.Unit), SettingKinds.Text, o => o.Unit, (o, value) => o.Unit = value),
        new ValueSetting<QuotaOptions, int>(
            nameof(QuotaOptions.QueueLimit), SettingKinds.Integer, o => o.QueueLimit, (o, value) => o.QueueLimit = value),
        new ValueSetting<QuotaOptions, QueueProcessingOrder>(
            nameof(QuotaOptions.QueueProcessingOrder),
            SettingKinds.NameOf<QueueProcessingOrder>(),
            o => o.QueueProcessingOrder,
            (o, value) => o.QueueProcessingOrder = value),
        new ValueSetting<QuotaOptions, TimeSpan>(
            nameof(QuotaOptions.RetryAfter), SettingKinds.Time, o => o.RetryAfter, (o, value) => o.RetryAfter = value),
        new ValueSetting<QuotaOptions, QuotaDisplay>(
            nameof(QuotaOptions.Display), SettingKinds.NameOf<QuotaDisplay>(), o => o.Display, (o, value) => o.Display = value),
        new ValueSetting<QuotaOptions, string?>(
            nameof(QuotaOptions.Reason), SettingKinds.TextOrNull!, o => o.Reason, (o, value) => o.Reason = value),
        new ValueSetting<QuotaOptions, long?>(
            nameof(QuotaOptions.MaxDebt), SettingKinds.LongOrNull, o => o.MaxDebt, (o, value) => o.MaxDebt = value),
        new ValueSetting<QuotaOptions, CountedBytes>(
            nameof(QuotaOptions.CountBytes), SettingKinds.NameOf<CountedBytes>(), o => o.CountBytes, (o, value) => o.CountBytes = value),
        new ValueSetting<QuotaOptions, CountedResponses>(
            nameof(QuotaOptions.CountOnly), SettingKinds.NameOf<CountedResponses>(), o => o.CountIf ?? (object)o.CountOnly, SetCountOnly),
        new ListSetting<QuotaOptions, int>(nameof(QuotaOptions.DoNotCount), SettingKinds.Integer, o => o.DoNotCount));

    public static SettingTable<PlanOptions> Plan { get; } = new(
        new ValueSetting<PlanOptions, HeadersWhen?>(
            nameof(PlanOptions.Headers), SettingKinds.NameOrNullOf<HeadersWhen>(), o => o.Headers, (o, value) => o.Headers = value),
        new ValueSetting<PlanOptions, bool>(
            nameof(PlanOptions.IsExempt), SettingKinds.Flag, o => o.IsExempt, (o, value) => o.IsExempt = value),
        new ValueSetting<PlanOptions, bool>(
            nameof(PlanOptions.ChargeAfterOutage), SettingKinds.Flag, o => o.ChargeAfterOutage, (o, value) => o.ChargeAfterOutage = value),
        new ValueSetting<PlanOptions, double?>(
            nameof(PlanOptions.Enforce), SettingKinds.NumberOrNull, o => o.Enforce, (o, value) => o.Enforce = value),
        new SectionSetting<PlanOptions, BanOptions>(nameof(PlanOptions.Ban), o => o.Ban ??= new(), BanSettings.Ban, BanSettings.Empty),
        new NamedSectionsSetting<PlanOptions, QuotaOptions>(nameof(PlanOptions.Quotas), o => o.Quotas, Quota));

    // As a limit does: what configuration says stands in for a function of code.
    private static void SetCountOnly(QuotaOptions options, CountedResponses responses)
    {
        options.CountOnly = responses;
        options.CountIf = null;
    }

    // A limit of configuration stands in for a function of code.
    internal static void SetLimit(QuotaOptions options, double limit)
    {
        options.PermitLimit = limit;
        options.DynamicLimit = null;
    }
}
