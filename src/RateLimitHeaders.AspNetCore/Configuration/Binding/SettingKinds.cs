using System.Globalization;
using System.Numerics;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The kinds of values that settings have. All are read in the same way, whatever the culture.</summary>
internal static class SettingKinds
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static SettingKind<string> Text { get; } = Of<string>("string", "give a text", static text => text);

    public static SettingKind<string> TextOrNull { get; } =
        new(static _ => "give a text, or null for none", static text => text) { Schema = "string", AllowsNull = true };

    public static SettingKind<string> SecretOrNull { get; } =
        new(static _ => "give a text, or null for none", static text => text) { Schema = "string", AllowsNull = true, IsSecret = true };

    public static SettingKind<bool> Flag { get; } = Of<bool>("boolean", "give true or false", ReadFlag);

    public static SettingKind<bool?> FlagOrNull { get; } = OrNull<bool?>("boolean", "give true, false or null", ReadFlag);

    public static SettingKind<int> Integer { get; } = Of<int>("integer", "give a whole number, such as 100", ReadWhole<int>);

    public static SettingKind<long?> LongOrNull { get; } =
        OrNull<long?>("integer", "give a whole number, such as 100, or null for none", ReadWhole<long>);

    public static SettingKind<double> Number { get; } = Of<double>("number", "give a number, such as 100 or 0.5", ReadNumber);

    public static SettingKind<double?> NumberOrNull { get; } =
        OrNull<double?>("number", "give a number, such as 100 or 0.5, or null for none", ReadNumber);

    public static SettingKind<TimeSpan> Time { get; } = new(TimeText.Remedy, static text => TimeText.TryRead(text, out var time) ? time : null)
    {
        Schema = "time",
    };

    public static SettingKind<WindowLength?> WindowOrNull { get; } = new(
        WindowLength.Remedy, static text => WindowLength.TryRead(text, out var window) ? window : null)
    {
        Schema = "window",
        AllowsNull = true,
    };

    public static SettingKind<Rate> Rate { get; } = new(
        AspNetCore.Rate.Remedy, static text => AspNetCore.Rate.TryRead(text, out var rate) ? rate : null)
    {
        Schema = "rate",
    };

    public static SettingKind<long> Cost { get; } = Of<long>("cost", "give a whole number, such as 1, or \"AnyLeft\"", ReadCost);

    public static SettingKind<long?> CostOrNull { get; } =
        OrNull<long?>("cost", "give a whole number, such as 1, or \"AnyLeft\", or null for none", ReadCost);

    public static SettingKind<byte[]> Secret { get; } = new(static _ => "give Base64, such as \"AAECAwQFBgcICQoLDA0ODw==\"", ReadBase64)
    {
        Schema = "base64",
        IsSecret = true,
        AllowsNull = true,
    };

    private static SettingKind<T> Of<T>(string schema, string remedy, Func<string, object?> read) => new(_ => remedy, read) { Schema = schema };

    private static SettingKind<T> OrNull<T>(string schema, string remedy, Func<string, object?> read) =>
        new(_ => remedy, read) { Schema = schema, AllowsNull = true };

    private static object? ReadFlag(string text) => bool.TryParse(text, out var flag) ? flag : null;

    private static object? ReadWhole<T>(string text)
        where T : struct, INumberBase<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ReadNumber(string text) =>
        double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static object? ReadCost(string text) =>
        string.Equals(text, nameof(PermitCost.AnyLeft), StringComparison.OrdinalIgnoreCase) ? PermitCost.AnyLeft : ReadWhole<long>(text);

    private static byte[]? ReadBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
