namespace RateLimitHeaders.AspNetCore;

/// <summary>What settings of all kinds must keep.</summary>
internal static class ValueRules
{
    /// <summary>Checks that a value is one that its type defines.</summary>
    public static IEnumerable<RateLimitConfigurationError> IsDefined<T>(string path, string setting, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            yield return new(
                RateLimitErrorIds.ValueUndefined, OptionsPath.Join(path, setting), $"{setting} is {value}; give a value of {typeof(T).Name}.");
        }
    }
}
