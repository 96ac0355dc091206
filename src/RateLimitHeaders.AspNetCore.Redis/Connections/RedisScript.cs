using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>A Lua script. After Redis has received it once, the SHA-1 of its text identifies it.</summary>
internal sealed class RedisScript(string text)
{
    public string Text => text;

    /// <summary>Gets the hash by which EVALSHA calls the script.</summary>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Redis identifies scripts by SHA-1.")]
    public byte[] Hash { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the text of a script that is a resource of this assembly.</summary>
    public static string Read(string file)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
