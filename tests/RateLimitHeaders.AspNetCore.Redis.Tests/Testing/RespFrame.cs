using System.Globalization;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A command or an answer as it is, of RESP2 or RESP3, and the texts in it.</summary>
internal sealed class RespFrame
{
    // What is followed by a length and as many bytes, by a number of items, and by a number of pairs of items.
    private const string Texts = "$=!";
    private const string Lists = "*~>";
    private const string Maps = "%|";

    private readonly List<byte> _bytes = [];
    private readonly List<string> _texts = [];

    public byte[] Bytes => [.. _bytes];

    /// <summary>Gets the name of the command.</summary>
    public string Name => _texts.Count > 0 ? _texts[0].ToUpperInvariant() : "";

    /// <summary>Gets a value indicating whether it is a script with several keys.</summary>
    public bool HasSeveralKeys => IsScript && _texts[2] != "1";

    /// <summary>Gets a value indicating whether it chooses the protocol of a connection.</summary>
    public bool IsHello => Name == "HELLO";

    private bool IsScript => _texts.Count > 3 && Name.StartsWith("EVAL", StringComparison.Ordinal);

    /// <summary>Chooses where a script's first key lies; everything else is asked of the first server.</summary>
    public int ServerOf(int servers) => IsScript ? _texts[3].Sum(letter => letter) % servers : 0;

    public async Task ReadAsync(Stream stream, CancellationToken stop)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            await stream.ReadExactlyAsync(next, stop);
            line.Append((char)next[0]);
        }

        _bytes.AddRange(Encoding.Latin1.GetBytes(line.ToString()));
        var (isList, isMap, isText) = (Lists.Contains(line[0]), Maps.Contains(line[0]), Texts.Contains(line[0]));
        var length = isList || isMap || isText ? int.Parse(line.ToString(1, line.Length - 3), CultureInfo.InvariantCulture) : -1;
        if (isList || isMap)
        {
            // Attributes stand before what they are of.
            var items = (isMap ? 2 * length : length) + (line[0] == '|' ? 1 : 0);
            for (var i = 0; i < items; i++)
            {
                await ReadAsync(stream, stop);
            }
        }
        else if (length >= 0)
        {
            var text = new byte[length + 2];
            await stream.ReadExactlyAsync(text, stop);
            _bytes.AddRange(text);
            _texts.Add(Encoding.Latin1.GetString(text.AsSpan(0, length)));
        }
    }
}
