using System.Text.Json;
using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>Checks documents by the rules of the OWASP.</summary>
internal static class Spectral
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Spectral");
    private static readonly Lazy<Task> s_installed = new(InstallAsync);

    public static async Task<IReadOnlyList<Finding>> FindAsync(JsonNode document)
    {
        await s_installed.Value;
        var file = Path.Combine(s_folder, $"{Guid.NewGuid()}.json");
        await File.WriteAllTextAsync(file, document.ToString());
        try
        {
            var output = await RunningProcess.RunAsync(NodeTools.Node.Find(), s_folder, "lint.mjs", file);
            return JsonSerializer.Deserialize<Finding[]>(output, JsonSerializerOptions.Web)!;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Installs what package-lock.json names, unless it is there since an earlier run.</summary>
    private static async Task InstallAsync()
    {
        NodeTools.ThrowIfTooOld(await RunningProcess.RunAsync(NodeTools.Node.Find(), s_folder, "--version"));
        var wanted = await File.ReadAllTextAsync(Path.Combine(s_folder, "package-lock.json"));
        var installed = Path.Combine(s_folder, "node_modules", "installed-lock.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted)
        {
            return;
        }

        await RunningProcess.RunAsync(NodeTools.Npm.Find(), s_folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        await File.WriteAllTextAsync(installed, wanted);
    }
}
