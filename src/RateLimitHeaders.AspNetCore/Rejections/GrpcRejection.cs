using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Answers a rejected gRPC call with a response that has only trailers: <c>RESOURCE_EXHAUSTED</c>, or <c>UNAVAILABLE</c> if the
/// server's capacity is the cause, and the time to wait: <c>grpc-retry-pushback-ms</c>, which retries of clients obey, and
/// <c>google.rpc.RetryInfo</c> among the details of the status.
/// </summary>
internal static class GrpcRejection
{
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;
    private const int LengthDelimited = 2;
    private const int FieldNumberShift = 3;
    private const int VarintBits = 7;
    private const byte VarintContinues = 0x80;

    private static ReadOnlySpan<byte> RetryInfoType => "type.googleapis.com/google.rpc.RetryInfo"u8;

    /// <summary>Returns whether a request is a gRPC call.</summary>
    public static bool IsCall(HttpRequest request) => request.ContentType is { } type
        && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes the fields. There is no body.</summary>
    /// <param name="context">The call.</param>
    /// <param name="isServersOwn">Whether the server's capacity is the cause, and not the caller's quota.</param>
    /// <param name="retryAfter">The time to wait, in whole seconds; <see langword="null"/> if waiting does not help.</param>
    public static void Write(HttpContext context, bool isServersOwn, TimeSpan? retryAfter)
    {
        var response = context.Response;
        var (status, message) = isServersOwn ? (Unavailable, ProblemTypes.TemporaryReducedCapacityTitle) : (ResourceExhausted, "Rate limit exceeded.");
        response.StatusCode = StatusCodes.Status200OK;

        // A caller may send a field that no response can have.
        response.ContentType = context.Request.ContentType is { } type && StructuredText.IsPrintable(type) ? type : "application/grpc";
        response.ContentLength = null;
        response.Headers["grpc-status"] = NumberText.Of(status);
        response.Headers["grpc-message"] = message;
        if (retryAfter is { } wait)
        {
            response.Headers["grpc-retry-pushback-ms"] = NumberText.Of((long)wait.TotalMilliseconds);
            response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(Details(status, message, (long)wait.TotalSeconds));
        }
        else
        {
            // A value that is not a number makes clients not retry.
            response.Headers["grpc-retry-pushback-ms"] = "-1";
        }
    }

    /// <summary>Encodes a google.rpc.Status with a google.rpc.RetryInfo.</summary>
    private static byte[] Details(int status, string message, long seconds)
    {
        var (duration, retryInfo, any, all) =
            (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        WriteNumber(duration, field: 1, seconds);
        WriteBytes(retryInfo, field: 1, duration.WrittenSpan);
        WriteBytes(any, field: 1, RetryInfoType);
        WriteBytes(any, field: 2, retryInfo.WrittenSpan);
        WriteNumber(all, field: 1, status);
        WriteBytes(all, field: 2, Encoding.UTF8.GetBytes(message));
        WriteBytes(all, field: 3, any.WrittenSpan);
        return all.WrittenSpan.ToArray();
    }

    private static void WriteNumber(ArrayBufferWriter<byte> writer, int field, long value)
    {
        WriteVarint(writer, field << FieldNumberShift);
        WriteVarint(writer, value);
    }

    private static void WriteBytes(ArrayBufferWriter<byte> writer, int field, ReadOnlySpan<byte> value)
    {
        WriteVarint(writer, (field << FieldNumberShift) | LengthDelimited);
        WriteVarint(writer, value.Length);
        writer.Write(value);
    }

    private static void WriteVarint(ArrayBufferWriter<byte> writer, long value)
    {
        for (; value >= VarintContinues; value >>= VarintBits)
        {
            writer.Write([(byte)(value | VarintContinues)]);
        }

        writer.Write([(byte)value]);
    }
}
