using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The page for operators, whose parts are resources of this assembly. It loads nothing else, and reads and acts by the same routes as other
/// clients.
/// </summary>
internal static class OperationsPage
{
    private const int NonceLength = 16;

    private static readonly string s_page = Read("page.html")
        .Replace("{{css}}", Read("page.css"), StringComparison.Ordinal)
        .Replace("{{js}}", Read("page.js"), StringComparison.Ordinal);

    public static Task WriteAsync(HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength));
        var path = context.Request.PathBase.Add(context.Request.Path).ToString().TrimEnd('/');
        var page = s_page
            .Replace("{{base}}", HtmlEncoder.Default.Encode(path), StringComparison.Ordinal)
            .Replace("{{nonce}}", nonce, StringComparison.Ordinal);

        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page, Encoding.UTF8, context.RequestAborted);
    }

    private static string Read(string file)
    {
        using var stream = typeof(OperationsPage).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
