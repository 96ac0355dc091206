using System.Text;
using Microsoft.Extensions.Configuration.Json;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Configuration in memory that a test changes while a host runs.</summary>
internal sealed class ChangingConfiguration : JsonStreamConfigurationProvider, IConfigurationSource
{
    private readonly IConfigurationRoot _root;

    public ChangingConfiguration(string? json)
        : base(new JsonStreamConfigurationSource { Stream = Stream.Null })
    {
        Read(json);
        _root = new ConfigurationBuilder().Add(this).Build();
    }

    public IConfigurationRoot Root => _root;

    public IConfigurationSection Section => _root.GetSection("RateLimitHeaders");

    /// <summary>Gives the section another content, and says so.</summary>
    /// <param name="json">The content; <see langword="null"/> for no section.</param>
    public void Change(string? json)
    {
        Read(json);
        OnReload();
    }

    /// <summary>Says that something has changed.</summary>
    public void Signal() => OnReload();

    public override void Load()
    {
        // It is read when it is made and changed.
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private void Read(string? json)
    {
        if (json is null)
        {
            Data = new Dictionary<string, string?>();
            return;
        }

        var text = $$"""{ "RateLimitHeaders": {{json}} }""";
        Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));
    }
}
