using Microsoft.Extensions.FileProviders;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An environment of which the name matters alone.</summary>
internal sealed class NamedEnvironment : IHostEnvironment
{
    public string EnvironmentName { get; set; } = string.Empty;

    public string ApplicationName { get; set; } = string.Empty;

    public string ContentRootPath { get; set; } = string.Empty;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
