using FsCheck;
using FsCheck.Fluent;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A random attempt: how long the caller waits before it, and how much it asks for.</summary>
/// <param name="InWindowsOf">Whose window is the measure of the wait.</param>
/// <param name="In64ths">The wait in 64ths of that window.</param>
/// <param name="Ticks">A little more, in what the clock tells apart, so that moments fall beside boundaries and on them.</param>
/// <param name="Size">The share of the limit that is asked for, in 64ths.</param>
/// <param name="IsPatient">Whether a caller that was rejected waits for exactly as long as it was told instead.</param>
internal sealed record RandomStep(int InWindowsOf, int In64ths, int Ticks, int Size, bool IsPatient)
{
    public static Gen<RandomStep> Any { get; } =
        from whose in Gen.Choose(0, 2)
        from wait in Gen.Frequency((6, Gen.Constant(0)), (6, Gen.Choose(0, 12)), (2, Gen.Choose(0, 70)), (1, Gen.Choose(64, 200)))
        from ticks in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 40)))
        from size in Gen.Frequency((3, Gen.Choose(0, 8)), (1, Gen.Choose(0, 64)))
        from patient in Gen.Elements(true, false)
        select new RandomStep(whose, wait, ticks, size, patient);
}
