using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Uses a form field of the request body as the id. The endpoint gets the same form, which is read once. The same size limits
/// apply to the rule and to the endpoint, so that no body that the endpoint accepts escapes the count.
/// </summary>
internal sealed class FormRule(string fieldName, string tokenType) : AwaitingPrincipalRule($"FromForm(\"{fieldName}\")", tokenType)
{
    // Longer than any account name. Normalization takes time in proportion to the length and can make a text 18 times as long.
    private const int LongestAccount = 256;

    public override bool TakesAnyId => true;

    public override async ValueTask<RateLimitIdentity?> ResolveAsync(HttpContext context)
    {
        var request = context.Request;
        try
        {
            if (!request.HasFormContentType)
            {
                return null;
            }

            // Code that reads the body itself, such as a proxy, needs it again. ReadFormAsync rewinds a buffered body.
            request.EnableBuffering();
            var form = await request.ReadFormAsync(context.RequestAborted);

            // The text of several values omits empty ones: an endpoint that reads it takes the first that is not empty.
            return form[fieldName].FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } account ? RateLimitIdentity.Of(IdOf(account)) : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or InvalidOperationException or NotSupportedException)
        {
            // There is no form, it exceeds a limit, it has a charset that .NET does not read, or its antiforgery token is invalid. Application
            // code that reads it gets the same exception.
            if (request.Body.CanSeek)
            {
                request.Body.Position = 0;
            }

            return null;
        }
    }

    /// <summary>Maps the spellings that log-ins commonly treat as one account to one id: otherwise each of them would have a limit of its own.</summary>
    private static string IdOf(string value)
    {
        var text = value.Trim();
        if (text.Length > LongestAccount)
        {
            return Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));
        }

        try
        {
            return text.Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            // A surrogate without its other half has no normal form.
            return text;
        }
    }
}
