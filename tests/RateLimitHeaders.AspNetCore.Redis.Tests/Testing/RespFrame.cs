using System.Globalization;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>A command or an answer as it is, and the texts in it.</summary>
internal sealed class RespFrame
{
    private readonly List<byte> _bytes = [];
    private readonly List<string> _texts = [];

    public byte[] Bytes => [.. _bytes];

    /// <summary>Gets a value indicating whether it is a script with several keys.</summary>
    public bool HasSeveralKeys => IsScript && _texts[2] != "1";

    private bool IsScript => _texts.Count > 3 && _texts[0].StartsWith("EVAL", StringComparison.OrdinalIgnoreCase);

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
        var length = line[0] is '*' or '$' ? int.Parse(line.ToString(1, line.Length - 3), CultureInfo.InvariantCulture) : -1;
        if (line[0] == '*')
        {
            for (var i = 0; i < length; i++)
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
