using System.Text.Encodings.Web;
using System.Text.Json;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>docs/operations.md shows code that compiles and answers as they are, and lists all codes.</summary>
public class OperationsDocumentTests
{
    private static readonly string s_document = Pages.Document("operations.md");

    private static readonly JsonSerializerOptions s_asInTheDocument =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Code_IsThatOfTheSnippets()
    {
        var snippets = Pages.Outdented(Pages.Snippets("OperationsSnippets"));
        var blocks = Pages.Blocks(s_document, "csharp").ToArray();
        Assert.Equal(5, blocks.Length);
        Assert.All(blocks, code => Assert.Contains(Pages.Outdented(code), snippets, StringComparison.Ordinal));
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
        Assert.Equal(Pages.Blocks(s_document, "json").Single(), JsonSerializer.Serialize(told, s_asInTheDocument));
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
        var headers = new HeaderDictionary();
        ExplanationField.Write(headers, NoHeaders.ExemptByTokenType);
        Assert.Contains($"\n{ExplanationField.FieldName}: {headers[ExplanationField.FieldName]}\n", s_document, StringComparison.Ordinal);
    }
}
