using System.Text.Json.Serialization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Serializes and reads the JSON of operations, without reflection.</summary>
// A misspelt name in an operator's request must not count as one that was left out: without a policy, an act applies to all.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(CallersView))]
[JsonSerializable(typeof(PoliciesView))]
[JsonSerializable(typeof(OperatorAct))]
internal sealed partial class OperationsJsonContext : JsonSerializerContext;
