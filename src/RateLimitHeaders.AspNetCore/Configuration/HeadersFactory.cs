using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the definition of headers from options.</summary>
internal static class HeadersFactory
{
    public static HeadersDefinition Create(HeadersOptions options, IServiceProvider services) => Create(options, services, prefix: string.Empty) with
    {
        ReasonField = options.ReasonField,
        ReportOnly = options.ReportOnlyPrefix is { } prefix ? Create(options, services, prefix) : null,
    };

    private static HeadersDefinition Create(HeadersOptions options, IServiceProvider services, string prefix) => new(
        CreateFields(options, prefix),
        CreateIetf(options.Ietf, services, prefix),
        options.NearLimit,
        options.AdvertisedRate ?? double.PositiveInfinity,
        options.Jitter)
    {
        ResetWhenFull = options.ResetWhenFull,
        ResetOnOtherErrors = options.ResetOnOtherErrors,
        Existing = options.Existing,
        MarkPrivate = options.MarkPrivate,
        ExposeToBrowsers = options.ExposeToBrowsers,
        Explains = options.ExplainInDevelopment && services.GetService<IHostEnvironment>()?.IsDevelopment() == true,
    };

    /// <summary>Gets the fields of the <c>X-RateLimit-*</c> family that are written.</summary>
    public static XRateLimitFields FieldsOf(HeadersOptions options)
    {
        var isDefault = options.XRateLimit.Fields == XRateLimitFields.None && options.Ietf.Draft == IetfDraft.None;
        return isDefault ? XRateLimitOptions.DefaultFields : options.XRateLimit.Fields;
    }

    /// <summary>Returns whether this is one field, which can have a name of its own.</summary>
    public static bool IsField(XRateLimitFields field) => Enum.IsDefined(field) && BitOperations.IsPow2((int)field);

    /// <summary>Makes the settings of the family.</summary>
    /// <param name="options">The options.</param>
    /// <param name="prefix">What goes before all names.</param>
    public static XRateLimitSettings? CreateFields(HeadersOptions options, string prefix = "")
    {
        var fields = options.XRateLimit;
        var written = FieldsOf(options);
        return written == XRateLimitFields.None ? null : new(
            WrittenNameOf(XRateLimitFields.Limit),
            WrittenNameOf(XRateLimitFields.Remaining),
            WrittenNameOf(XRateLimitFields.Reset),
            WrittenNameOf(XRateLimitFields.Used),
            WrittenNameOf(XRateLimitFields.Resource),
            WrittenNameOf(XRateLimitFields.NearLimit),
            fields.Reset,
            fields.WholeLimit)
        {
            RemainingName = NameOf(XRateLimitFields.Remaining),
            AllNames = new([.. Enum.GetValues<XRateLimitFields>().Where(IsField).Select(NameOf)]),
        };

        string? WrittenNameOf(XRateLimitFields field) => written.HasFlag(field) ? NameOf(field) : null;

        string NameOf(XRateLimitFields field) => prefix + (fields.Names.GetValueOrDefault(field) ?? fields.Prefix + field);
    }

    private static IetfSettings? CreateIetf(IetfOptions options, IServiceProvider services, string prefix) => options.Draft == IetfDraft.None
        ? null
        : new(options.Draft, prefix + options.Prefix, options.IncludePartitionKey ? SecretOf(options, services) : null);

    /// <summary>Returns the key of hashes of callers, which is generated if none was set.</summary>
    public static EquatableList<byte> SecretOf(IetfOptions options, IServiceProvider services) =>
        options.PartitionKeySecret is { } secret ? new(secret) : (services.GetService<GeneratedSecret>() ?? GeneratedSecret.OfProcess).Value;
}
