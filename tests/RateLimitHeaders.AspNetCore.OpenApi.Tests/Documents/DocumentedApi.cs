using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RateLimitHeaders.AspNetCore.OpenApi.Tests;

/// <summary>Reads the OpenAPI document of a host.</summary>
internal static class DocumentedApi
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Starts a host with a document, whose only endpoint is <c>GET /</c>, unless others are mapped.</summary>
    public static Task<TestApi> StartAsync(
        Action<RateLimitsBuilder> limits,
        Action<WebApplication>? map = null,
        RateLimitFieldFamily? family = null,
        Action<IServiceCollection>? services = null) => TestApi.StartAsync(
        limits,
        app =>
        {
            app.MapOpenApi().DisableRateLimiting();
            (map ?? (web => web.MapGet("/", () => "")))(app);
        },
        all =>
        {
            all.AddOpenApi(options => options.AddRateLimitHeaders(family));
            services?.Invoke(all);
        });

    public static async Task<JsonNode> DocumentAsync(this TestApi api) => JsonNode.Parse((await api.SendAsync("/openapi/v1.json")).Body)!;

    /// <summary>Gets an operation of the document.</summary>
    public static async Task<JsonNode> OperationAsync(this TestApi api, string path = "/", string method = "get") =>
        (await api.DocumentAsync())["paths"]![path]![method]!;

    /// <summary>Gets the names of the fields of a response, with what they refer to.</summary>
    public static string HeadersOf(this JsonNode operation, string status) => operation["responses"]![status]!["headers"] is JsonObject headers
        ? string.Join(", ", headers.Select(header => $"{header.Key} = {header.Value!["$ref"]}".Replace("#/components/headers/" + header.Key, "#", StringComparison.Ordinal)))
        : "none";

    /// <summary>Prints a part of a document without escapes.</summary>
    public static string AsText(this JsonNode node) => node.ToJsonString(s_readable);

    /// <summary>Gets the statuses of the responses.</summary>
    public static string StatusesOf(this JsonNode operation) => string.Join(", ", operation["responses"]!.AsObject().Select(response => response.Key));
}
