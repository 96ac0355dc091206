using System.Text.Json.Serialization;

namespace MinimalApi;

/// <summary>Prints the API's answers without reflection.</summary>
[JsonSerializable(typeof(Repository[]))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
