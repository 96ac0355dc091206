using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The exception for rate limits whose configuration cannot work. It is thrown when the application starts, with all errors.
/// </summary>
public sealed class RateLimitConfigurationException : OptionsValidationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="errors">The errors, one or more.</param>
    /// <exception cref="ArgumentNullException"><paramref name="errors"/> is <see langword="null"/>.</exception>
    public RateLimitConfigurationException(IReadOnlyList<RateLimitConfigurationError> errors)
        : base(Options.DefaultName, typeof(RateLimitHeadersOptions), errors?.Select(error => error.ToString()))
    {
        ArgumentNullException.ThrowIfNull(errors);
        Errors = errors;
    }

    /// <summary>Gets all errors, each with its id, its place in the configuration, and a message that names the remedy.</summary>
    public IReadOnlyList<RateLimitConfigurationError> Errors { get; }

    /// <summary>Gets a message with a line for each error.</summary>
    public override string Message
    {
        get
        {
            var count = Errors.Count == 1 ? "1 error" : $"{Errors.Count} errors";
            var lines = Errors.Select(error => $"{Environment.NewLine}- {error}");
            return $"The rate limits are misconfigured ({count}):{string.Concat(lines)}";
        }
    }
}
