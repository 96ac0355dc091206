namespace RateLimitHeaders.AspNetCore;

/// <summary>Copies named options.</summary>
internal static class OptionsCopy
{
    /// <summary>Makes a dictionary with copies of the values, in the same order. The names of settings have a case.</summary>
    public static OrderedDictionary<string, T> Copy<T>(this OrderedDictionary<string, T> named, Func<T, T> copy)
    {
        var copies = new OrderedDictionary<string, T>(named.Count, StringComparer.Ordinal);
        foreach (var (name, value) in named)
        {
            copies.Add(name, copy(value));
        }

        return copies;
    }
}
