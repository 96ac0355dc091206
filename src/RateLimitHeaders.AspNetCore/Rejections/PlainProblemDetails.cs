using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// ASP.NET Core's own problem details service where nothing of the application's has a hand in what it writes: no other
/// service or writer, no customization, no JSON converter. What it writes then is learnt from itself.
/// </summary>
/// <remarks>
/// It takes 1.2 µs and 700 bytes to write nearly the same again, three quarters of all that a refusal takes. Whatever is
/// not known to be plain is left to the service, refusal by refusal.
/// </remarks>
internal sealed class PlainProblemDetails
{
    // What is known of it is known of this version. Later ones may put more of the request into a problem.
    private const int KnownVersion = 10;

    private readonly IProblemDetailsService _service;
    private readonly ProblemDetailsOptions _options;

    private PlainProblemDetails(IProblemDetailsService service, ProblemDetailsOptions options)
    {
        _service = service;
        _options = options;
    }

    /// <summary>Looks whether the service that a request would be answered by is plain.</summary>
    public static PlainProblemDetails? Find(IServiceProvider services, IProblemDetailsService service) =>
        IsOwn(service, "ProblemDetailsService")
        && services.GetServices<IProblemDetailsWriter>().ToArray() is [var writer]
        && IsOwn(writer, "DefaultProblemDetailsWriter")
        && IsPlain(services.GetRequiredService<IOptions<JsonOptions>>().Value)
            ? new PlainProblemDetails(service, services.GetRequiredService<IOptions<ProblemDetailsOptions>>().Value)
            : null;

    /// <summary>Tells whether a problem of this request would be written by this service, and to anybody.</summary>
    public bool Serves(HttpContext context, IProblemDetailsService service) => service == _service
        && _options.CustomizeProblemDetails is null
        && context.Request.Headers.Accept is var accept
        && (accept.Count == 0 || (accept.Count == 1 && accept[0] is "*/*" or "application/json" or "application/problem+json"));

    /// <summary>Has the service write a problem for nobody.</summary>
    /// <returns>What it wrote; <see langword="null"/> if that does not have a trace id just as it was given.</returns>
    public async Task<ProblemBody?> LearnAsync(RefusalProblem problem)
    {
        try
        {
            return await WriteForNobodyAsync(problem);
        }
#pragma warning disable CA1031 // Whatever it is, the service meets it again with the request's own problem, and there it is logged.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private async Task<ProblemBody?> WriteForNobodyAsync(RefusalProblem problem)
    {
        // An activity's id would take the place of the trace id. This ends with the method.
        Activity.Current = null;
        using var written = new MemoryStream();
        var details = problem.ToDetails();
        var context = new DefaultHttpContext { TraceIdentifier = ProblemBody.PlainCharacters };
        context.Response.StatusCode = details.Status!.Value;
        context.Response.Body = written;
        await _service.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details });

        var traceId = Encoding.ASCII.GetBytes($"\"{ProblemBody.PlainCharacters}\"");
        var body = written.ToArray();
        var start = body.AsSpan().IndexOf(traceId);
        return context.Response.ContentType is { } contentType && start >= 0
            ? new ProblemBody(contentType, body[..(start + 1)], body[(start + traceId.Length - 1)..])
            : null;
    }

    private static bool IsOwn(object service, string name)
    {
        var type = service.GetType();
        var own = typeof(ProblemDetailsOptions).Assembly;
        return type.Assembly == own && type.Name == name && own.GetName().Version?.Major == KnownVersion;
    }

    /// <summary>Tells whether the options print the same each time: no code of the application's runs.</summary>
    private static bool IsPlain(JsonOptions options) => options.SerializerOptions.Converters.Count == 0
        && options.SerializerOptions.TypeInfoResolverChain.All(resolver =>
            resolver is JsonSerializerContext or DefaultJsonTypeInfoResolver { Modifiers.Count: 0 });
}
