using System.Text.Json.Serialization;

namespace MinimalApi;

/// <summary>Prints the API's answers, and reads what it is sent, without reflection.</summary>
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(Repository[]))]
public sealed partial class ApiJsonContext : JsonSerializerContext;
