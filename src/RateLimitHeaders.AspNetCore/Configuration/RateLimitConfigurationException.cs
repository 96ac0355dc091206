using Microsoft.Extensions.Options;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The exception for rate limits whose configuration cannot work. It is thrown when the application starts, with all errors.
/// </summary>
public sealed class RateLimitConfigurationException : OptionsValidationException
{
    /// <summary>The number of errors that the message shows.</summary>
    internal const int MaxLines = 50;

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

    /// <summary>Gets a message with a line for each of the first 50 errors, and the number of the others.</summary>
    /// <remarks>A mistake of a program that writes configuration is repeated in each policy. The message is written to the log and by health checks.</remarks>
    public override string Message
    {
        get
        {
            var count = Errors.Count == 1 ? "1 error" : $"{Errors.Count} errors";
            var lines = Errors.Take(MaxLines).Select(error => $"{Environment.NewLine}- {error}");
            var rest = Errors.Count > MaxLines ? $"{Environment.NewLine}- and {Errors.Count - MaxLines} more" : "";
            return $"The rate limits are misconfigured ({count}):{string.Concat(lines)}{rest}";
        }
    }
}
