using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>Speaks Redis's protocol plainly, so that tests look at the server with other eyes than the library's.</summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;

    public static async Task<RespClient> ConnectAsync(int port)
    {
        var resp = new RespClient();
        try
        {
            await resp._client.ConnectAsync(IPAddress.Loopback, port);
            resp._stream = new BufferedStream(resp._client.GetStream());
            return resp;
        }
        catch
        {
            resp.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <returns>The answer: a line for each item, errors as their text; bytes are shown as Latin-1.</returns>
    public async Task<string> CommandAsync(params string[] command)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${part.Length}\r\n{part}\r\n");
        }

        await _stream.WriteAsync(Encoding.Latin1.GetBytes(request.ToString()));
        await _stream.FlushAsync();
        return await ReadAsync();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        var line = await ReadLineAsync();
        switch (line[0])
        {
            case '$' when line != "$-1":
                var bytes = new byte[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) + 2];
                await _stream.ReadExactlyAsync(bytes);
                return Encoding.Latin1.GetString(bytes.AsSpan()[..^2]);
            case '*' when line != "*-1":
                var items = new string[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = await ReadAsync();
                }

                return string.Join('\n', items);
            case '$' or '*':
                return "";
            default:
                return line[1..];
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            await _stream.ReadExactlyAsync(next);
            line.Append((char)next[0]);
        }

        return line.ToString(0, line.Length - 2);
    }
}
