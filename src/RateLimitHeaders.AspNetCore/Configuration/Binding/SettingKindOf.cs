namespace RateLimitHeaders.AspNetCore;

/// <summary>Reads a kind of value.</summary>
/// <typeparam name="T">The type of the setting.</typeparam>
/// <param name="remedy">The remedy for a text that cannot be read, as the end of a sentence.</param>
/// <param name="read">Reads a text; it returns <see langword="null"/> if that is no such value.</param>
internal sealed class SettingKind<T>(Func<string, string> remedy, Func<string, object?> read) : SettingKind
{
    /// <summary>Reads a value, or adds the error why it cannot be read.</summary>
    public bool TryRead(SettingSection section, out T? value)
    {
        value = default;
        if (section.HasChildren)
        {
            var names = IsSecret ? "" : $" ({section.ChildNames})";
            section.AddError(RateLimitErrorIds.SettingForm, $"{section.Name} has settings of its own{names}; {remedy(string.Empty)}.");
            return false;
        }

        if (section.Value is not { } text)
        {
            if (!AllowsNull)
            {
                section.AddError(RateLimitErrorIds.SettingValue, $"{section.Name} has no value; {remedy(string.Empty)}.");
            }

            return AllowsNull;
        }

        if (read(text) is T found)
        {
            value = found;
            return true;
        }

        var shown = IsSecret ? "cannot be read" : $"is \"{text}\"";
        section.AddError(RateLimitErrorIds.SettingValue, $"{section.Name} {shown}; {remedy(text)}.");
        return false;
    }
}
