namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>
/// Each sample has a page, and the first response that the pages of the minimal API and of the gateway show is what these answer.
/// (tests/native.sh compares the page of the native one, and a test of the Redis package that of the distributed one.)
/// </summary>
public class SampleReadmeTests
{
    private static readonly string s_samples = Path.Combine(Repository.Path, "samples");

    [Fact]
    public void Samples_AllOfThem_HaveAReadme()
    {
        string[] projects = [.. Directory.EnumerateFiles(s_samples, "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)];

        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(project, "README.md")), $"{project} has no README.md."));
    }

    [Fact]
    public async Task Readme_OfTheMinimalApi_ShowsTheFirstResponse()
    {
        using var api = new SampleApi();

        Assert.Equal($"HTTP/1.1 200 OK\n{SampleApi.LimitHeaders(await api.GetAsync())}\n", Block("MinimalApi"));
    }

    [Fact]
    public async Task Readme_OfTheGateway_ShowsTheFirstResponse()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = new GatewayApi(backend);

        Assert.Equal($"{await gateway.AskAsync()}\n", $"200\n{Block("Gateway")}");
    }

    /// <summary>Gets what the README of a sample shows of a response.</summary>
    private static string Block(string sample) =>
        File.ReadAllText(Path.Combine(s_samples, sample, "README.md")).ReplaceLineEndings("\n").Split("```http\n")[1].Split("```")[0];
}
