using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace RateLimitHeaders.AspNetCore;

/// <summary>What the settings of rejections must keep.</summary>
internal static class RejectionRules
{
    public static IEnumerable<RateLimitConfigurationError> Check(string path, RejectionOptions? options)
    {
        if (options is null)
        {
            yield break;
        }

        path = OptionsPath.Join(path, nameof(PolicyOptions.Rejection));
        if (options.StatusCode is < StatusCodes.Status400BadRequest or > 599)
        {
            yield return new(
                RateLimitErrorIds.RejectionStatus,
                OptionsPath.Join(path, nameof(options.StatusCode)),
                FormattableString.Invariant($"StatusCode is {options.StatusCode}; give a status of an error from 400 to 599, such as 429."));
        }

        if (!StructuredText.IsPrintable(options.ContentType) || !MediaTypeHeaderValue.TryParse(options.ContentType, out _))
        {
            yield return new(
                RateLimitErrorIds.RejectionContentType,
                OptionsPath.Join(path, nameof(options.ContentType)),
                $"ContentType is \"{options.ContentType}\"; give a media type, such as application/json.");
        }
    }
}
