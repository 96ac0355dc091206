using Microsoft.OpenApi;

namespace RateLimitHeaders.AspNetCore.OpenApi;

/// <summary>Adds fields to responses, by references to the headers of the document.</summary>
internal static class FieldHeaders
{
    /// <summary>Adds fields to a response. Existing ones are kept.</summary>
    /// <returns>The response, or a copy of it if it is a reference, which other operations may share.</returns>
    public static IOpenApiResponse AddTo(IOpenApiResponse response, IEnumerable<RateLimitFieldInfo> fields, OpenApiDocument document)
    {
        RateLimitFieldInfo[] all = [.. fields];
        if (all.Length == 0)
        {
            return response;
        }

        var own = OwnOf(response);
        foreach (var field in all)
        {
            Add(own, field.Name, () => FieldHeader.Create(field), document);
        }

        return own;
    }

    /// <summary>Returns a response that belongs only to the operation.</summary>
    public static OpenApiResponse OwnOf(IOpenApiResponse response)
    {
        if (response is OpenApiResponse known)
        {
            return known;
        }

        var own = new OpenApiResponse
        {
            Description = response.Description,
            Headers = response.Headers is null ? null : new Dictionary<string, IOpenApiHeader>(response.Headers),
            Content = response.Content is null ? null : new MediaTypes(response.Content),
            Links = response.Links,
            Extensions = response.Extensions is null ? null : new Dictionary<string, IOpenApiExtension>(response.Extensions),
        };

        // Responses have a summary from OpenAPI 3.2 on, and so from version 3 of Microsoft.OpenApi on.
        if (own is IOpenApiSummarizedElement summarized && response is IOpenApiSummarizedElement { Summary: { } summary })
        {
            summarized.Summary = summary;
        }

        return own;
    }

    /// <summary>Adds one field to a response, and its header to the document.</summary>
    public static void Add(OpenApiResponse response, string name, Func<OpenApiHeader> create, OpenApiDocument document)
    {
        var headers = response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        if (headers.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        var id = IdOf(name);
        if (document.Components?.Headers?.ContainsKey(id) != true)
        {
            document.AddComponent(id, create());
        }

        headers.Add(name, new OpenApiHeaderReference(id, document));
    }

    /// <summary>Returns the id of a field's component. Field names may have characters that ids must not have (OpenAPI, "Components Object").</summary>
    private static string IdOf(string name) =>
        string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_'));
}
