namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// Copies numbers of a request, whose arrays serve other requests as soon as this one has an answer, while a call of a store
/// may still read them. Most requests have the same numbers, so that the last copy serves most of them.
/// </summary>
internal sealed class OwnArrays<T>
    where T : IEquatable<T>
{
    private T[] _last = [];

    public ReadOnlyMemory<T> Of(ReadOnlyMemory<T> numbers)
    {
        var last = Volatile.Read(ref _last);
        if (!numbers.Span.SequenceEqual(last))
        {
            last = numbers.ToArray();
            Volatile.Write(ref _last, last);
        }

        return last;
    }
}
