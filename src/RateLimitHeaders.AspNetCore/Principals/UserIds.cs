using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;

namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Creates the ids of users: <c>scheme:claim:value</c>, so that two users of different schemes or claims are two callers, even if
/// their values are equal. An issuer of its own is inserted as a hash, because handlers give identities the same name for tokens of
/// different issuers.
/// </summary>
internal static class UserIds
{
    public const string NameIdentifier = "nameidentifier";
    public const string Subject = "sub";
    public const string Name = "name";

    // The ids of callers with frequent requests, so that their requests create no text. This takes half a megabyte.
    private const int MostKept = 1_024;
    private const int LongestKept = 64;
    private const int IssuerBytes = 6;

    private static readonly UserId?[] s_kept = new UserId?[MostKept];

    /// <summary>Returns the id of a user.</summary>
    /// <param name="scheme">The scheme that has authenticated the user.</param>
    /// <param name="issuer">The issuer of the claim.</param>
    /// <param name="claim">One of the names above.</param>
    /// <param name="value">The value of the claim.</param>
    public static string Of(string scheme, string issuer, string claim, string value)
    {
        if (value.Length > LongestKept)
        {
            return Make(scheme, issuer, claim, value);
        }

        // Hash codes of strings are randomized per process. So no caller can choose ids that evict another caller's id on purpose.
        ref var kept = ref s_kept[(uint)string.GetHashCode(value) % MostKept];
        if (Volatile.Read(ref kept) is { } known && known.IsOf(scheme, issuer, claim, value))
        {
            return known.Text;
        }

        var text = Make(scheme, issuer, claim, value);
        Volatile.Write(ref kept, new UserId(scheme, issuer, claim, value, text));
        return text;
    }

    private static string Make(string scheme, string issuer, string claim, string value) =>
        $"{Uri.EscapeDataString(scheme)}:{Mark(issuer)}{claim}:{value}";

    private static string Mark(string issuer)
    {
        if (issuer.Length == 0 || issuer == ClaimsIdentity.DefaultIssuer)
        {
            return string.Empty;
        }

        var hash = SHA256.HashData(MemoryMarshal.AsBytes(issuer.AsSpan()));
        return Base64Url.EncodeToString(hash.AsSpan(0, IssuerBytes)) + ":";
    }

    private sealed record UserId(string Scheme, string Issuer, string Claim, string Value, string Text)
    {
        public bool IsOf(string scheme, string issuer, string claim, string value) =>
            Value == value && Claim == claim && Scheme == scheme && Issuer == issuer;
    }
}
