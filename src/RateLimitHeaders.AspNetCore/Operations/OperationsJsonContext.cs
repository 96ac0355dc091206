using System.Text.Json.Serialization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Prints and reads what operations tell, without reflection.</summary>
// Of what an operator asks for, a misspelt name must not become one that was left out: without a policy, an act is of all.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(CallersView))]
[JsonSerializable(typeof(PoliciesView))]
[JsonSerializable(typeof(OperatorAct))]
internal sealed partial class OperationsJsonContext : JsonSerializerContext;
