// Draws the icon of the packages: dotnet run src/icon.cs src/icon.png
// Bars of requests grow up to a line, the limit; the last bar ends there.
using System.Buffers.Binary;
using System.IO.Compression;

const int Size = 128;
const int Samples = 4;

(double Left, double Top, uint Color)[] bars =
[
    (20, 80, 0xFFFFFF), (44, 62, 0xFFFFFF), (68, 44, 0xFFFFFF), (92, 36, 0xF5B335),
];

// Each row begins with the number of its filter, which is none.
var rows = new byte[Size * (1 + (Size * 4))];
for (var y = 0; y < Size; y++)
{
    for (var x = 0; x < Size; x++)
    {
        Mean(x, y).CopyTo(rows, (y * (1 + (Size * 4))) + 1 + (x * 4));
    }
}

var header = new byte[13];
BinaryPrimitives.WriteUInt32BigEndian(header, Size);
BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6);

using var compressed = new MemoryStream();
using (var deflate = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
{
    deflate.Write(rows);
}

using var file = File.Create(args[0]);
file.Write([0x89, .. "PNG\r\n"u8, 0x1A, 0x0A]);
Chunk("IHDR"u8, header);
Chunk("IDAT"u8, compressed.ToArray());
Chunk("IEND"u8, []);

// The color of a point: none outside of the square, whose corners are round.
uint? At(double x, double y)
{
    var (dx, dy) = (Math.Max(Math.Abs(x - 64) - 40, 0), Math.Max(Math.Abs(y - 64) - 40, 0));
    if ((dx * dx) + (dy * dy) > 24 * 24)
    {
        return null;
    }

    foreach (var bar in bars)
    {
        if (x >= bar.Left && x < bar.Left + 16 && y >= bar.Top && y < 104)
        {
            return bar.Color;
        }
    }

    return x is >= 16 and < 112 && y is >= 26 and < 31 ? 0xF5B335u : 0x1D4E89u;
}

// Red, green, blue and opacity of a pixel: the mean of points in it.
byte[] Mean(int x, int y)
{
    var (red, green, blue, covered) = (0u, 0u, 0u, 0u);
    for (var point = 0; point < Samples * Samples; point++)
    {
        if (At(x + (((point % Samples) + 0.5) / Samples), y + (((point / Samples) + 0.5) / Samples)) is { } color)
        {
            (red, green, blue, covered) = (red + (color >> 16), green + ((color >> 8) & 255), blue + (color & 255), covered + 1);
        }
    }

    return covered == 0
        ? [0, 0, 0, 0]
        : [(byte)(red / covered), (byte)(green / covered), (byte)(blue / covered), (byte)(covered * 255 / (Samples * Samples))];
}

void Chunk(ReadOnlySpan<byte> type, byte[] content)
{
    var chunk = new byte[12 + content.Length];
    BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
    type.CopyTo(chunk.AsSpan(4));
    content.CopyTo(chunk, 8);
    var check = uint.MaxValue;
    foreach (var value in chunk.AsSpan(4, 4 + content.Length))
    {
        check ^= value;
        for (var bit = 0; bit < 8; bit++)
        {
            check = (check >> 1) ^ (0xEDB88320 & (uint)-(int)(check & 1));
        }
    }

    BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), ~check);
    file.Write(chunk);
}
