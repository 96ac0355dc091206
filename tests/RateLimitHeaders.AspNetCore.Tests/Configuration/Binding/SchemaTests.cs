using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The JSON schema says of each key what reads it, and no sample has another one.</summary>
public class SchemaTests
{
    private const string Package = "RateLimitHeaders.AspNetCore";

    private static readonly JsonObject s_schema = SchemaFile.Read(Package);

    public static TheoryData<string> Samples =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Path, "samples"), "appsettings*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Path, file))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    [Fact]
    public void Schema_OfAllKeys_IsWhatReadsThem()
    {
        // A store has a section of its own beside these keys, which its package describes.
        var root = s_schema["properties"]!["RateLimitHeaders"]!;
        Assert.Null(root["additionalProperties"]);
        AssertTable(LimitsSettings.Table, root["properties"]!.AsObject());
    }

    [Fact]
    public void Schema_OfAllKeys_DescribesThem()
    {
        JsonNode[] schemas =
        [
            .. Descendants(s_schema["definitions"]!).Append(s_schema["properties"]!["RateLimitHeaders"]!)
                .Concat(Descendants(s_schema["properties"]!))
                .Where(node => node is JsonObject && node["properties"] is JsonObject && !node.GetPath().EndsWith(".Names", StringComparison.Ordinal))
                .SelectMany(node => node["properties"]!.AsObject().Select(property => property.Value!)),
        ];

        Assert.NotEmpty(schemas);
        Assert.All(schemas, schema => Assert.True(
            schema["description"] is not null || schema["$ref"] is not null || schema["const"] is not null, $"{schema.GetPath()} has no description."));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_OfTheRepository_IsValid(string file) => Assert.Empty(ErrorsOf(File.ReadAllText(Path.Combine(Repository.Path, file))));

    [Fact]
    public void Configuration_OfEverything_IsValid() => Assert.Empty(ErrorsOf($$"""{ "RateLimitHeaders": {{BoundDefinitionTests.Everything}} }"""));

    /// <summary>The values come from a secret store, which the file does not show.</summary>
    [Fact]
    public void Header_WithoutItsValues_IsValid() => Assert.Empty(
        ErrorsOf("""{ "RateLimitHeaders": { "Principals": [ { "From": "Header", "HeaderName": "X-Api-Key", "TokenType": "api-key" } ] } }"""));

    [Theory]
    [InlineData("""{ "Quotas": { "q": { "PermitLimt": 5 } } }""")]
    [InlineData("""{ "Quotas": { "q": { "Window": "2mo" } } }""")]
    [InlineData("""{ "Quotas": { "q": { "Rate": "fast" } } }""")]
    [InlineData("""{ "Policies": { "p": { "Plans": { "user": { "Headers": "Sometimes" } } } } }""")]
    [InlineData("""{ "Policies": { "p": { "Ban": {} } } }""")]
    [InlineData("""{ "Principals": [ { "From": "Claim", "TokenType": "user" } ] }""")]
    [InlineData("""{ "Principals": [ { "From": "User", "Scheme": "Bearer" } ] }""")]
    public void Configuration_WithAnError_IsInvalid(string json) => Assert.NotEmpty(ErrorsOf($$"""{ "RateLimitHeaders": {{json}} }"""));

    private static string[] ErrorsOf(string json)
    {
        var schema = JsonSchema.FromText(File.ReadAllText(SchemaFile.PathOf(Package)), new() { Dialect = Dialect.Draft07, SchemaRegistry = new() });
        using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var results = schema.Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. results.Details!.Where(detail => !detail.IsValid).Select(detail => detail.InstanceLocation.ToString())];
    }

    private static void AssertTable(SettingTable table, JsonObject properties)
    {
        Assert.Equal(table.Settings.Select(setting => setting.Name).Order(StringComparer.Ordinal), properties.Select(property => property.Key).Order(StringComparer.Ordinal));
        foreach (var setting in table.Settings)
        {
            AssertSetting(setting, Resolve(properties[setting.Name]!));
        }
    }

    private static void AssertSetting(Setting setting, JsonNode schema)
    {
        switch (setting.GetType().Name.Split('`')[0])
        {
            case nameof(SectionSetting<,>):
                AssertTable(setting.Table!, SchemaFile.PropertiesOf(schema));
                break;
            case nameof(NamedSectionsSetting<,>):
                AssertTable(setting.Table!, SchemaFile.PropertiesOf(Resolve(schema["additionalProperties"]!)));
                break;
            case nameof(NamedValuesSetting<,>) when setting is NamedValuesSetting<XRateLimitOptions, string> fields:
                Assert.Equal(fields.Names, SchemaFile.PropertiesOf(schema).Select(property => property.Key));
                break;
            case nameof(NamedValuesSetting<,>):
                AssertKind(setting.Kind!, schema["additionalProperties"]!);
                break;
            case nameof(ListSetting<,>):
                Assert.Equal("array", schema["type"]!.GetValue<string>());
                AssertKind(setting.Kind!, schema["items"]!);
                break;
            case nameof(PrincipalsSetting<>):
                AssertRules(schema["items"]!["anyOf"]!.AsArray());
                break;
            default:
                AssertValue(setting, schema);
                break;
        }
    }

    private static void AssertRules(JsonArray rules)
    {
        Assert.Equal(PrincipalSettings.Tables.Keys.Select(source => $"{source}"), rules.Select(rule => rule!["properties"]!["From"]!["const"]!.GetValue<string>()));
        foreach (var (table, rule) in PrincipalSettings.Tables.Values.Zip(rules))
        {
            var properties = SchemaFile.PropertiesOf(rule!).DeepClone().AsObject();
            Assert.Equal(table.Settings.Select(setting => setting.Name).Order(StringComparer.Ordinal), properties.Select(property => property.Key).Order(StringComparer.Ordinal));
            foreach (var setting in table.Settings.Where(setting => setting.Name != "From"))
            {
                AssertSetting(setting, properties[setting.Name]!);
            }
        }
    }

    private static void AssertValue(Setting setting, JsonNode schema)
    {
        // Applications may have units of their own.
        if (setting.Name == "Unit")
        {
            Assert.Equal(
                """{"anyOf":[{"enum":["requests","content-bytes","concurrent-requests"]},{"type":"string"}]}""", SchemaFile.TextOf(schema));
            return;
        }

        AssertKind(setting.Kind!, schema);
    }

    private static void AssertKind(SettingKind kind, JsonNode schema) =>
        Assert.Equal(SchemaFile.TypeOf(kind.Schema, kind.Names, kind.AllowsNull), SchemaFile.TextOf(schema));

    private static JsonNode Resolve(JsonNode schema) =>
        schema["$ref"] is { } reference ? s_schema["definitions"]![reference.GetValue<string>()["#/definitions/".Length..]]! : schema;

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => node switch
    {
        JsonObject all => all.Select(property => property.Value).OfType<JsonNode>().SelectMany(child => Descendants(child).Prepend(child)),
        JsonArray all => all.OfType<JsonNode>().SelectMany(child => Descendants(child).Prepend(child)),
        _ => [],
    };
}
