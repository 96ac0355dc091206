using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The kinds of values that settings have. All are read in the same way, whatever the culture.</summary>
internal static class SettingKinds
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static SettingKind<string> Text { get; } = Of<string>("string", "give a text", ReadText);

    public static SettingKind<string> TextOrNull { get; } =
        new(static _ => "give a text, or null for none", ReadText) { Schema = "string", AllowsNull = true };

    public static SettingKind<string> SecretOrNull { get; } =
        new(static _ => "give a text, or null for none", ReadText) { Schema = "string", AllowsNull = true, IsSecret = true };

    public static SettingKind<bool> Flag { get; } = Of<bool>("boolean", "give true or false", bool.TryParse);

    public static SettingKind<bool?> FlagOrNull { get; } = OrNull<bool>("boolean", "give true, false or null", bool.TryParse);

    public static SettingKind<int> Integer { get; } = Of<int>("integer", "give a whole number, such as 100", ReadInteger);

    public static SettingKind<long?> LongOrNull { get; } = OrNull<long>("integer", "give a whole number, such as 100, or null for none", ReadLong);

    public static SettingKind<double> Number { get; } = Of<double>("number", "give a number, such as 100 or 0.5", ReadNumber);

    public static SettingKind<double?> NumberOrNull { get; } =
        OrNull<double>("number", "give a number, such as 100 or 0.5, or null for none", ReadNumber);

    public static SettingKind<TimeSpan> Time { get; } = new(TimeText.Remedy, TimeText.TryRead) { Schema = "time" };

    public static SettingKind<WindowLength?> WindowOrNull { get; } = new(WindowLength.Remedy, Nullable<WindowLength>(WindowLength.TryRead))
    {
        Schema = "window",
        AllowsNull = true,
    };

    public static SettingKind<Rate> Rate { get; } = new(AspNetCore.Rate.Remedy, AspNetCore.Rate.TryRead) { Schema = "rate" };

    public static SettingKind<long> Cost { get; } = Of<long>("cost", "give a whole number, such as 1, or \"AnyLeft\"", ReadCost);

    public static SettingKind<long?> CostOrNull { get; } =
        OrNull<long>("cost", "give a whole number, such as 1, or \"AnyLeft\", or null for none", ReadCost);

    public static SettingKind<byte[]> Secret { get; } = new(static _ => "give Base64, such as \"AAECAwQFBgcICQoLDA0ODw==\"", ReadBase64)
    {
        Schema = "base64",
        IsSecret = true,
        AllowsNull = true,
    };

    /// <summary>Makes a reader of values of one that may be null.</summary>
    internal static SettingReader<T?> Nullable<T>(SettingReader<T> read)
        where T : struct => (string text, out T? value) =>
        {
            var isRead = read(text, out var found);
            value = found;
            return isRead;
        };

    private static SettingKind<T> Of<T>(string schema, string remedy, SettingReader<T> read) => new(_ => remedy, read) { Schema = schema };

    private static SettingKind<T?> OrNull<T>(string schema, string remedy, SettingReader<T> read)
        where T : struct => new(_ => remedy, Nullable(read)) { Schema = schema, AllowsNull = true };

    private static bool ReadText(string text, out string? value)
    {
        value = text;
        return true;
    }

    private static bool ReadInteger(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool ReadLong(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool ReadNumber(string text, out double value) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool ReadCost(string text, out long value)
    {
        value = PermitCost.AnyLeft;
        return string.Equals(text, nameof(PermitCost.AnyLeft), StringComparison.OrdinalIgnoreCase)
            || long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    private static bool ReadBase64(string text, out byte[]? value)
    {
        var bytes = new byte[text.Length];
        var isRead = Convert.TryFromBase64String(text, bytes, out var length);
        value = bytes[..length];
        return isRead;
    }
}
