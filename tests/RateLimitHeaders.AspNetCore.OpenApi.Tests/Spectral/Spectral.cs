using System.Text.Json;
using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>Checks documents by the rules of the OWASP.</summary>
internal static class Spectral
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Spectral");
    private static readonly Lazy<Task> s_installed = new(() => NodeTools.InstallAsync(s_folder));

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
}
