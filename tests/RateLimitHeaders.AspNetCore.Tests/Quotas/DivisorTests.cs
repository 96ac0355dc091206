using FsCheck;
using FsCheck.Fluent;

namespace RateLimitHeaders.AspNetCore.Tests;

public class DivisorTests
{
    // The numbers at which rounding changes are near powers of two, and near multiples of the divisor.
    private static readonly Gen<long> s_numbers =
        from bits in Gen.Choose(0, 62)
        from bit in Gen.Choose(0, bits)
        from near in Gen.Choose(-3, 3)
        select Math.Max(1, (1L << bits) + (1L << bit) + near);

    [Fact]
    public void Division_OfAnyNumber_IsExact() => Prop.ForAll(
        (from divisor in s_numbers
         from other in s_numbers
         from near in Gen.Choose(-1, 1)
         select (Divisor: divisor, Number: Math.Max(0, other - (other % divisor) + near))).ToArbitrary(),
        drawn =>
        {
            var divisor = new Divisor(drawn.Divisor);
            return divisor.Divide(drawn.Number) == drawn.Number / drawn.Divisor && divisor.Remainder(drawn.Number) == drawn.Number % drawn.Divisor;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200_000));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(long.MaxValue)]
    public void Division_OfTheLeastAndTheGreatestNumbers_IsExact(long divisor)
    {
        foreach (var number in (long[])[0, 1, divisor - 1, divisor, long.MaxValue - 1, long.MaxValue])
        {
            Assert.Equal((number / divisor, number % divisor), (new Divisor(divisor).Divide(number), new Divisor(divisor).Remainder(number)));
        }
    }
}
