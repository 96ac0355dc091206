using System.Globalization;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Node.js and npm, which the clients need.</summary>
internal static class NodeTools
{
    private const int OldestVersion = 20;
    private const string Purpose = "The tests run HTTP clients from npm";
    private const string Advice = "install Node.js 20 or newer with npm (on Debian: apt-get install nodejs npm).";

    public static Tool Node { get; } = new(["node"], Purpose, Advice);

    public static Tool Npm { get; } = new(["npm"], Purpose, Advice);

    /// <param name="version">What <c>node --version</c> prints.</param>
    /// <exception cref="InvalidOperationException">The version is too old; the message says what to do.</exception>
    public static void ThrowIfTooOld(string version)
    {
        if (int.Parse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture) < OldestVersion)
        {
            throw new InvalidOperationException($"{Purpose}, and the Node.js of this machine is {version.Trim()}: {Advice}");
        }
    }
}
