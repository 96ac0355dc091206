using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Counts the requests of a caller separately by values of the request.</summary>
/// <param name="dimensions">Return the values.</param>
/// <param name="policyName">The name of the policy.</param>
/// <param name="logger">The log.</param>
internal sealed class PartitionDimensions(IReadOnlyList<Func<HttpContext, string?>> dimensions, string policyName, ILogger logger)
{
    private const string OtherMethod = "OTHER";

    // The characters that Uri.EscapeDataString keeps and writes, and the end of each value.
    private static readonly SearchValues<char> s_values =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/");

    /// <summary>Returns a method that HTTP defines; a caller may send any text as one.</summary>
    public static string MethodOf(string method) =>
        HttpMethods.GetCanonicalizedValue(method) is var known && IsNamed(known) ? known : OtherMethod;

    /// <summary>
    /// Returns the principal that counts a request: an id of the escaped values, each followed by a slash, a space, and the caller's id. No id has
    /// a space before its own.
    /// </summary>
    public RateLimitPrincipal PartitionOf(HttpContext context, in RateLimitPrincipal caller)
    {
        var values = string.Concat(dimensions.Select(dimension => $"{Uri.EscapeDataString(Evaluate(dimension, context) ?? string.Empty)}/"));
        return new RateLimitPrincipal(caller.TokenType, $"{values} {caller.Id}", OriginOf(caller));
    }

    /// <summary>Returns the number of values in an id that <see cref="PartitionOf"/> can have made; 0 for any other id.</summary>
    public static int ValuesIn(ReadOnlySpan<char> id)
    {
        var end = id.IndexOf(' ');
        var values = id[..Math.Max(0, end)];
        return end < id.Length - 1 && values.EndsWith('/') && !values.ContainsAnyExcept(s_values) ? values.Count('/') : 0;
    }

    /// <summary>Returns a number that all partitions of a caller have in common, because the caller may choose the values freely.</summary>
    /// <remarks>Hash codes of texts depend on a secret of the process, and fill the bits by which networks are distinguished.</remarks>
    private static UInt128 OriginOf(in RateLimitPrincipal caller) =>
        caller.Origin == 0 && caller.TextId is { } id ? (UInt128)(uint)id.GetHashCode(StringComparison.Ordinal) << 96 : caller.Origin;

    private static bool IsNamed(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsConnect(method) || HttpMethods.IsTrace(method);

    private string? Evaluate(Func<HttpContext, string?> dimension, HttpContext context)
    {
        try
        {
            return dimension(context);
        }
#pragma warning disable CA1031 // Whatever a function of the application throws: the request is still limited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DimensionFailed(logger, policyName, exception);
            return null;
        }
    }
}
