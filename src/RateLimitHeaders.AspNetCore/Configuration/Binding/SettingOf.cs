namespace RateLimitHeaders.AspNetCore;

/// <summary>A setting of certain options.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="name">The name, which is its key.</param>
internal abstract class Setting<TOptions>(string name) : Setting(name)
{
    /// <summary>Reads the setting into the options. A value that cannot be read is an error, and changes nothing.</summary>
    public abstract void Read(SettingSection section, TOptions options);
}
