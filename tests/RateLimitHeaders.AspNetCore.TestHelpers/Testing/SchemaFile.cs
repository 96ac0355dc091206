using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The JSON schema of a package's configuration.</summary>
internal static class SchemaFile
{
    private const string Time = "^([0-9]+(ms|s|m|h|d)|([0-9]+\\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,7})?)$";

    private static readonly string s_window = $"^(1mo|1y|{Time[2..]}";

    private static readonly string s_rate = $"^[0-9]+(\\.[0-9]+)? ?/ ?{s_window[1..]}";

    public static string PathOf(string package) => Path.Combine(Repository.Path, "src", package, "ConfigurationSchema.json");

    public static JsonObject Read(string package) => JsonNode.Parse(File.ReadAllText(PathOf(package)))!.AsObject();

    /// <summary>Gets the schemas of the keys of an object that may have no others.</summary>
    public static JsonObject PropertiesOf(JsonNode schema)
    {
        Assert.Equal("object", schema["type"]?.GetValue<string>());
        Assert.False(schema["additionalProperties"]?.GetValue<bool>(), $"{schema.GetPath()} allows other keys.");
        return schema["properties"]!.AsObject();
    }

    /// <summary>Gets what a schema says of a kind of value, as text, without its description.</summary>
    /// <param name="kind">The kind, as the library names it.</param>
    /// <param name="names">The names that the value can have.</param>
    /// <param name="allowsNull">Whether null is a value.</param>
    public static string TypeOf(string kind, IReadOnlyList<string> names, bool allowsNull)
    {
        JsonObject schema = kind switch
        {
            "names" => new() { ["type"] = "string", ["pattern"] = $"^({string.Join('|', names)})( *, *({string.Join('|', names)}))*$" },
            "time" => new() { ["type"] = Type("string"), ["pattern"] = Time },
            "window" => new() { ["type"] = Type("string"), ["pattern"] = s_window },
            "rate" => new() { ["type"] = "string", ["pattern"] = s_rate },
            "cost" => new()
            {
                ["anyOf"] = new JsonArray(new JsonObject { ["type"] = Type("integer"), ["minimum"] = -1 }, new JsonObject { ["enum"] = new JsonArray("AnyLeft") }),
            },
            "base64" => new() { ["type"] = Type("string") },
            _ when names.Count > 0 => new() { ["enum"] = new JsonArray([.. names.Select(name => (JsonNode)name), .. allowsNull ? [null] : Array.Empty<JsonNode?>()]) },
            _ => new() { ["type"] = Type(kind) },
        };
        return schema.ToJsonString();

        JsonNode Type(string type) => allowsNull ? new JsonArray(type, "null") : type;
    }

    /// <summary>Gets what a schema says, as text, without its description.</summary>
    public static string TextOf(JsonNode schema)
    {
        var copy = schema.DeepClone().AsObject();
        copy.Remove("description");
        return copy.ToJsonString();
    }
}
