using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>A body of problem details, printed once: it is the same for every request but for the trace id, if it has one.</summary>
/// <param name="contentType">The content type.</param>
/// <param name="beforeTraceId">The body, up to the trace id.</param>
/// <param name="afterTraceId">The rest of it; <see langword="null"/> where there is no trace id.</param>
internal sealed class ProblemBody(string contentType, byte[] beforeTraceId, byte[]? afterTraceId)
{
    /// <summary>What a trace id is copied of as it is. One that holds anything else is left to whoever knows how to escape it.</summary>
    public const string PlainCharacters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:";

    private static readonly SearchValues<char> s_plain = SearchValues.Create(PlainCharacters);

    /// <summary>Gets the trace id that ASP.NET Core gives the problems of a request.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;

    /// <summary>Writes the body.</summary>
    /// <returns><see langword="false"/> if it cannot be written like this, and nothing was.</returns>
    public async ValueTask<bool> TryWriteAsync(HttpContext context)
    {
        var traceId = afterTraceId is null ? string.Empty : TraceIdOf(context);
        if (traceId.AsSpan().ContainsAnyExcept(s_plain))
        {
            return false;
        }

        context.Response.ContentType = contentType;
        Write(context.Response.BodyWriter, traceId);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        return true;
    }

    private void Write(PipeWriter writer, string traceId)
    {
        ReadOnlySpan<byte> after = afterTraceId;
        var length = beforeTraceId.Length + traceId.Length + after.Length;
        var body = writer.GetSpan(length);
        beforeTraceId.CopyTo(body);
        Encoding.ASCII.GetBytes(traceId, body[beforeTraceId.Length..]);
        after.CopyTo(body[(beforeTraceId.Length + traceId.Length)..]);
        writer.Advance(length);
    }
}
