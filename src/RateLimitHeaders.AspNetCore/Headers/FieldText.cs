using System.Globalization;

namespace RateLimitHeaders.AspNetCore;

/// <summary>Builds a field's value, on the stack if it is as short as most are.</summary>
/// <remarks>An interpolated string does the same and first gets the culture for each number: 40 ns for a field of one item.</remarks>
internal ref struct FieldText(Span<char> buffer)
{
    /// <summary>A length that most values do not exceed; longer ones move to the heap.</summary>
    public const int UsualLength = 128;

    private const int LongestNumber = 20;

    private Span<char> _buffer = buffer;

    public int Length { get; private set; }

    public void Append(string text)
    {
        text.CopyTo(Room(text.Length));
        Length += text.Length;
    }

    public void Append(long number)
    {
        number.TryFormat(Room(LongestNumber), out var written, provider: CultureInfo.InvariantCulture);
        Length += written;
    }

    public override readonly string ToString() => new(_buffer[..Length]);

    private Span<char> Room(int length)
    {
        if (_buffer.Length - Length < length)
        {
            var longer = new char[Math.Max(2 * _buffer.Length, Length + length)];
            _buffer[..Length].CopyTo(longer);
            _buffer = longer;
        }

        return _buffer[Length..];
    }
}
