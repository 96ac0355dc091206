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

    /// <summary>Installs the packages that the package-lock.json of a folder names, unless they are there since an earlier run.</summary>
    public static async Task InstallAsync(string folder)
    {
        ThrowIfTooOld(await RunningProcess.RunAsync(Node.Find(), folder, "--version"));
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"));
        var installed = Path.Combine(folder, "node_modules", "installed-lock.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted)
        {
            return;
        }

        await RunningProcess.RunAsync(Npm.Find(), folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        await File.WriteAllTextAsync(installed, wanted);
    }

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
