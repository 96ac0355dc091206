using System.Runtime.InteropServices;

namespace RateLimitHeaders.AspNetCore.Tests;

public class OwnArraysTests
{
    private readonly OwnArrays<long> _arrays = new();

    [Fact]
    public void Of_SameNumbers_IsOneCopy()
    {
        var numbers = new long[] { 1, 2 };
        var copy = ArrayOf(_arrays.Of(numbers));
        Assert.Equal(numbers, copy);
        Assert.NotSame(numbers, copy);
        Assert.Same(copy, ArrayOf(_arrays.Of(new long[] { 1, 2 })));
    }

    [Fact]
    public void Of_OtherNumbers_LeavesTheCopyBefore()
    {
        var copy = _arrays.Of(new long[] { 1, 2 });
        Assert.Equal([3], _arrays.Of(new long[] { 3 }).ToArray());
        Assert.Equal([1, 2], copy.ToArray());
    }

    private static long[]? ArrayOf(ReadOnlyMemory<long> memory)
    {
        Assert.True(MemoryMarshal.TryGetArray(memory, out var segment));
        return segment.Array;
    }
}
