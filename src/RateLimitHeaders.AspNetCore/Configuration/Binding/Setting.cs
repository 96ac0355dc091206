namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that configuration can contain.</summary>
/// <param name="name">The name, which is its key.</param>
internal abstract class Setting(string name)
{
    public string Name => name;

    /// <summary>Gets the kind of its value, or of each of its values; <see langword="null"/> if there are settings below it.</summary>
    public virtual SettingKind? Kind => null;

    /// <summary>Gets the settings below it; <see langword="null"/> if there are none.</summary>
    public virtual SettingTable? Table => null;
}
