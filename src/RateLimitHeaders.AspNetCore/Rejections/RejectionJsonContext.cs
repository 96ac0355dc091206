using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Serializes problem details without reflection, so that rejections work in trimmed and native applications.</summary>
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RejectionJsonContext : JsonSerializerContext;
