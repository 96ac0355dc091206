namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting that configuration can give.</summary>
/// <param name="name">The name, which is its key.</param>
internal abstract class Setting(string name)
{
    public string Name => name;

    /// <summary>Gets what its value is, or each of its values; <see langword="null"/> where there are settings below it.</summary>
    public virtual SettingKind? Kind => null;

    /// <summary>Gets the settings below it; <see langword="null"/> where there are none.</summary>
    public virtual SettingTable? Table => null;
}
