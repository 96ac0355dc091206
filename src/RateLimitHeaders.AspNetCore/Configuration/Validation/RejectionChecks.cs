using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>The requirements of the settings of rejections.</summary>
internal static class RejectionChecks
{
    public static void Check(string parent, RejectionOptions? options, ConfigurationErrors errors)
    {
        if (options is null)
        {
            return;
        }

        var path = OptionsPath.Join(parent, nameof(PolicyOptions.Rejection));
        errors.AddIf(
            options.StatusCode is < StatusCodes.Status400BadRequest or > 599,
            RateLimitErrorIds.RejectionStatus,
            path,
            options.StatusCode,
            "give a status of an error from 400 to 599, such as 429");
        errors.AddIf(
            !StructuredText.IsPrintable(options.ContentType) || !MediaTypeHeaderValue.TryParse(options.ContentType, out _),
            RateLimitErrorIds.RejectionContentType,
            OptionsPath.Join(path, nameof(options.ContentType)),
            $"ContentType is \"{options.ContentType}\"; give a media type, such as application/json.");
    }
}
