using System.Text.Json.Serialization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints and reads what operations tell, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class OperationsJsonContext : JsonSerializerContext;
