using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>docs/operations.md shows code that compiles and answers as they are, and lists all codes.</summary>
public partial class OperationsDocumentTests
{
    private static readonly string s_document = Read("operations.md");

    private static readonly JsonSerializerOptions s_asInTheDocument =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Code_IsThatOfTheSnippets()
    {
        var snippets = Outdented(Read("OperationsSnippets.cs"));
        Assert.Equal(5, Blocks("csharp").Count());
        Assert.All(Blocks("csharp"), code => Assert.Contains(Outdented(code), snippets, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_OfTheStatus_IsThatOfTheDocument()
    {
        await using var api = await TestApi.StartAsync(
            limits => limits.AddPolicy("api", policy => policy.ForOthers(plan => plan.FixedWindow("hourly", 60, TimeSpan.FromHours(1)).WithoutHeaders())),
            web =>
            {
                web.MapGet("/", () => "hello").RequireRateLimiting("api");
                OperationsSnippets.Status(web);
            });
        await api.SendAsync();
        using var told = JsonDocument.Parse((await api.SendAsync("/rate_limit")).Body);
        Assert.Equal(Blocks("json").Single(), JsonSerializer.Serialize(told, s_asInTheDocument) + "\n");
    }

    [Fact]
    public void Codes_AreThoseOfTheCode()
    {
        NoHeaders[] reasons =
        [
            NoHeaders.WithoutStatuses("the application's own limiter or a store does not report the caller's status"),
            .. typeof(NoHeaders).GetFields().Select(field => (NoHeaders)field.GetValue(null)!),
        ];
        Assert.Equal(
            reasons.Select(reason => $"| `{reason.Code}` | {reason.Words} |").Order(StringComparer.Ordinal),
            s_document.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal) && !line.StartsWith("| `GET", StringComparison.Ordinal) && !line.StartsWith("| `POST", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Explanation_OfTheDocument_IsTheFieldThatIsWritten()
    {
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        ExplanationField.Write(headers, NoHeaders.ExemptByTokenType);
        Assert.Contains($"\n{ExplanationField.FieldName}: {headers[ExplanationField.FieldName]}\n", s_document, StringComparison.Ordinal);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", file));

    private static IEnumerable<string> Blocks(string language) =>
        BlockPattern().Matches(s_document).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value);

    private static string Outdented(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("^```(?<language>\\w+)\\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
