using System.Threading.RateLimiting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The settings of quotas, plans and policies.</summary>
internal static class QuotaSettings
{
    public static SettingTable<QuotaOptions> Quota { get; } = new SettingTable<QuotaOptions>("""{ "Rate": "100/1m" }""")
        .Value(EnumNames<QuotaAlgorithm>.Kind, o => o.Algorithm, (o, value) => o.Algorithm = value)
        .Add(new RateSetting(RateSetting.Key))
        .Value(nameof(QuotaOptions.PermitLimit), SettingKinds.Number, o => o.DynamicLimit ?? (object)o.PermitLimit, SetLimit)
        .Add(new WindowSetting(nameof(QuotaOptions.Window)))
        .Value(
            nameof(QuotaOptions.Period), EnumNames<CalendarPeriod>.KindOrNull, o => o.Period, (o, value) => o.Period = value, WindowSetting.Forms)
        .Value(SettingKinds.Text, o => o.TimeZone, (o, value) => o.TimeZone = value)
        .Value(EnumNames<DayOfWeek>.Kind, o => o.FirstDayOfWeek, (o, value) => o.FirstDayOfWeek = value)
        .Value(SettingKinds.Integer, o => o.Segments, (o, value) => o.Segments = value)
        .Value(SettingKinds.Flag, o => o.AlignToClock, (o, value) => o.AlignToClock = value)
        .Value(
            nameof(QuotaOptions.RefillPerSecond), SettingKinds.NumberOrNull, o => o.RefillPerSecond ?? (object?)o.Window, SetRefill, WindowSetting.Forms)
        .Value(SettingKinds.Text, o => o.Unit, (o, value) => o.Unit = value)
        .Value(SettingKinds.Integer, o => o.QueueLimit, (o, value) => o.QueueLimit = value)
        .Value(EnumNames<QueueProcessingOrder>.Kind, o => o.QueueProcessingOrder, (o, value) => o.QueueProcessingOrder = value)
        .Value(SettingKinds.Time, o => o.RetryAfter, (o, value) => o.RetryAfter = value)
        .Value(EnumNames<QuotaDisplay>.Kind, o => o.Display, (o, value) => o.Display = value)
        .Value(SettingKinds.TextOrNull, o => o.Reason, (o, value) => o.Reason = value)
        .Value(SettingKinds.LongOrNull, o => o.MaxDebt, (o, value) => o.MaxDebt = value)
        .Value(EnumNames<CountedBytes>.Kind, o => o.CountBytes, (o, value) => o.CountBytes = value)
        .Value(nameof(QuotaOptions.CountOnly), EnumNames<CountedResponses>.Kind, o => o.CountIf ?? (object)o.CountOnly, SetCountOnly)
        .List(SettingKinds.Integer, o => o.DoNotCount);

    public static SettingTable<PlanOptions> Plan { get; } = new SettingTable<PlanOptions>()
        .Value(EnumNames<HeadersWhen>.KindOrNull, o => o.Headers, (o, value) => o.Headers = value)
        .Value(nameof(PlanOptions.IsExempt), SettingKinds.Flag, o => (o.IsExempt, o.Quotas.Count > 0 || o.Ban is not null), (o, value) => o.IsExempt = value)
        .Value(SettingKinds.Flag, o => o.ChargeAfterOutage, (o, value) => o.ChargeAfterOutage = value)
        .Value(SettingKinds.NumberOrNull, o => o.Enforce, (o, value) => o.Enforce = value)
        .Section(o => o.Ban ??= new(), BanSettings.Ban, BanSettings.Empty)
        .NamedSections(o => o.Quotas, Quota);

    // A refill replaces the time in which the bucket fills. A Window next to it is read after it, and a function needs one.
    private static void SetRefill(QuotaOptions options, double? refillPerSecond)
    {
        options.RefillPerSecond = refillPerSecond;
        if (refillPerSecond is not null && options is { Algorithm: QuotaAlgorithm.TokenBucket, DynamicLimit: null })
        {
            options.Window = null;
        }
    }

    // As a limit does: settings of configuration replace functions of code.
    private static void SetCountOnly(QuotaOptions options, CountedResponses responses)
    {
        options.CountOnly = responses;
        options.CountIf = null;
    }

    // A limit of configuration replaces a function of code.
    internal static void SetLimit(QuotaOptions options, double limit)
    {
        options.PermitLimit = limit;
        options.DynamicLimit = null;
    }
}
