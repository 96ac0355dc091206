namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a list of texts. It replaces the list that code has set.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="name">The name.</param>
/// <param name="kind">What each text is.</param>
/// <param name="get">Gets the list.</param>
internal sealed class ListSetting<TOptions>(string name, SettingKind<string> kind, Func<TOptions, IList<string>> get) : Setting<TOptions>(name)
{
    public override SettingForm Form => SettingForm.List;

    public override SettingKind Kind => kind;

    public override void Read(SettingSection section, TOptions options)
    {
        if (!section.IsSection("give a list"))
        {
            return;
        }

        var list = get(options);
        string[] before = [.. list];
        list.Clear();
        foreach (var child in section.Children)
        {
            if (kind.TryRead(child, out var text))
            {
                list.Add(text!);
            }
        }

        section.Findings.MarkRead(section.Path, isOtherwise: before.Length > 0 && !before.SequenceEqual(list));
    }
}
