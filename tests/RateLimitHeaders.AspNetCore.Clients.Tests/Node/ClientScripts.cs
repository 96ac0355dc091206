using System.Text.Json;

namespace RateLimitHeaders.AspNetCore.Clients.Tests;

/// <summary>The scripts in <c>Clients</c>, one for each client, and the packages that they need.</summary>
internal static class ClientScripts
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Clients");
    private static readonly Lazy<Task> s_installed = new(() => NodeTools.InstallAsync(s_folder));

    /// <summary>Runs a script, which sends the requests of all scenarios at the same time.</summary>
    /// <returns>The responses that the client saw, by caller and in order.</returns>
    public static async Task<ILookup<string, SeenResponse>> RunAsync(string client, IEnumerable<Scenario> scenarios)
    {
        var output = await RunAsync(client, JsonSerializer.Serialize(scenarios, JsonSerializerOptions.Web));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<SeenResponse>(line, JsonSerializerOptions.Web)!)
            .ToLookup(response => response.Caller);
    }

    /// <summary>Runs a script with one argument.</summary>
    /// <returns>What it prints.</returns>
    public static async Task<string> RunAsync(string client, string argument)
    {
        await s_installed.Value;
        return await RunningProcess.RunAsync(NodeTools.Node.Find(), s_folder, $"{client}.mjs", argument);
    }
}
