namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a value.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="name">The name.</param>
/// <param name="kind">The kind of the value.</param>
/// <param name="get">Gets the value that code has set, or the default.</param>
/// <param name="set">Sets the value.</param>
/// <param name="forms">The settings that are other forms of it: what an earlier section gives by one of them is not code's.</param>
internal sealed class ValueSetting<TOptions, T>(
    string name, SettingKind<T> kind, Func<TOptions, object?> get, Action<TOptions, T> set, params string[] forms) : Setting<TOptions>(name)
    where TOptions : new()
{
    private readonly object? _default = get(new TOptions());

    public override SettingKind Kind => kind;

    public override void Read(SettingSection section, TOptions options)
    {
        if (!kind.TryRead(section, out var value))
        {
            return;
        }

        var before = get(options);
        set(options, value!);
        section.Findings.MarkRead(
            section.Path, isOtherwise: !Equals(before, _default) && !Equals(before, get(options)) && !section.IsAnyRead(forms));
    }
}
