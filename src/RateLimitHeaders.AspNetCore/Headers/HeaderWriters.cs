using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Makes the writers of header families.</summary>
internal static class HeaderWriters
{
    // Writers that are made anew, as after a change of the configuration, print the same keys as before.
    private static readonly byte[] s_secretOfProcess = RandomNumberGenerator.GetBytes(32);

    public static HeaderWriter[] Create(HeadersDefinition headers)
    {
        var writers = new List<HeaderWriter>();
        if (headers.XRateLimit is { } fields)
        {
            writers.Add(new XRateLimitWriter(fields));
        }

        if (headers.Ietf is { } ietf)
        {
            writers.Add(Create(ietf));
        }

        return [.. writers];
    }

    private static HeaderWriter Create(IetfSettings ietf) => ietf.Draft switch
    {
        IetfDraft.Draft06 => new IetfDraft06Writer(),
        IetfDraft.Draft07 => new IetfDraft07Writer(),
        _ => new IetfWriter(ietf.PartitionKeySecret is { } secret ? new PartitionKeyHash(SecretOf(secret)) : null),
    };

    private static byte[] SecretOf(EquatableList<byte> secret) => secret.Count == 0 ? s_secretOfProcess : [.. secret];
}
