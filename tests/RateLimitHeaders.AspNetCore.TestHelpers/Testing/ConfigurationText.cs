using System.Text;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration that is written as text.</summary>
internal static class ConfigurationText
{
    /// <summary>Gets the section <c>RateLimitHeaders</c> with a content.</summary>
    public static IConfigurationSection Section(string json) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "RateLimitHeaders": {{json}} }""")))
        .Build()
        .GetSection("RateLimitHeaders");
}
