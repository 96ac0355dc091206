using System.Buffers.Binary;
using System.Net;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Client addresses as numbers: 128 bits, an IPv4 address in its IPv4-mapped form (RFC 4291, section 2.5.5.2).</summary>
internal static class ClientAddress
{
    public const int DefaultIPv6PrefixLength = 64;

    /// <summary>The text for connections without an address.</summary>
    public const string Unknown = "unknown";

    private const int Bits = 128;
    private const int IPv4Length = 4;
    private const int IPv4Bits = 32;
    private const int IPv6Length = 16;

    // The last multicast address, which no caller has. Zero is not possible: with a short prefix it is also the key of ::1.
    private static readonly UInt128 s_unknown = UInt128.MaxValue;

    private static readonly UInt128 s_mappedPrefix = (UInt128)0xffff << IPv4Bits;

    // 64:ff9b::/96, by which a translator reaches IPv4 (RFC 6052, section 2.1).
    private static readonly UInt128 s_nat64Prefix = (UInt128)0x64ff9b << 64;

    /// <summary>
    /// Returns the key of an address: itself for IPv4, mapped or not; its prefix for IPv6, because one customer has at least
    /// a /64. A NAT64 address has the key of the IPv4 address in it, and a link-local one is used whole. Without an address (a Unix socket, a test
    /// server) all callers count as one.
    /// </summary>
    public static UInt128 ToKey(IPAddress? address, int ipv6PrefixLength)
    {
        if (address is null)
        {
            return s_unknown;
        }

        Span<byte> bytes = stackalloc byte[IPv6Length];
        address.TryWriteBytes(bytes, out var length);
        if (length == IPv4Length)
        {
            return s_mappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        var number = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (number >> IPv4Bits == s_nat64Prefix)
        {
            return s_mappedPrefix | (uint)number;
        }

        // Link-local callers share one prefix, and are not behind one customer's router.
        return address.IsIPv4MappedToIPv6 || address.IsIPv6LinkLocal ? number : number & Mask(ipv6PrefixLength);
    }

    /// <summary>Returns whether an address is an IPv4 address.</summary>
    public static bool IsIPv4(UInt128 key) => key >> IPv4Bits == s_mappedPrefix >> IPv4Bits;

    public static string Format(UInt128 key)
    {
        if (key == s_unknown)
        {
            return Unknown;
        }

        Span<byte> bytes = stackalloc byte[IPv6Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        var address = new IPAddress(bytes);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    // C# treats a shift by 128 bits as a shift by 0.
    private static UInt128 Mask(int prefixLength) =>
        prefixLength == 0 ? UInt128.Zero : UInt128.MaxValue << (Bits - prefixLength);
}
