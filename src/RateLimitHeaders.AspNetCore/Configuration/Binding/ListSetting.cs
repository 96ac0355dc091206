namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that is a list of values. It replaces the list that code has set.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="name">The name.</param>
/// <param name="kind">The kind of each value.</param>
/// <param name="get">Gets the list.</param>
internal sealed class ListSetting<TOptions, T>(string name, SettingKind<T> kind, Func<TOptions, IList<T>> get) : Setting<TOptions>(name)
{
    public override SettingKind Kind => kind;

    public override void Read(SettingSection section, TOptions options)
    {
        if (!section.IsSection("give a list"))
        {
            return;
        }

        var list = get(options);
        T[] before = [.. list];
        list.Clear();
        foreach (var (index, child) in section.Children.Index())
        {
            // The key of an item is its index, unless the items are written as keys by mistake.
            var item = kind.IsSecret ? child.Named($"{index}") : child;
            if (kind.TryRead(item, out var value))
            {
                section.Findings.MarkItem(section.Path, list.Count, item.Path);
                list.Add(value!);
            }
        }

        section.Findings.MarkRead(section.Path, isOtherwise: before.Length > 0 && !before.SequenceEqual(list));
    }
}
