using System.Text.Json.Serialization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints and reads what operations tell, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(CallersView))]
[JsonSerializable(typeof(PoliciesView))]
[JsonSerializable(typeof(OperatorAct))]
internal sealed partial class OperationsJsonContext : JsonSerializerContext;
