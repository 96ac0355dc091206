using System.Globalization;
using System.Security.Claims;

namespace MinimalApi;

/// <summary>The hourly limit of a workspace: 1,000, and 10 more for each seat above 100, up to 10,000.</summary>
public static class Seats
{
    private const int BaseLimit = 1_000;
    private const int IncludedSeats = 100;
    private const int LimitPerSeat = 10;
    private const int HighestLimit = 10_000;

    public static int LimitFor(ClaimsPrincipal user)
    {
        var seats = int.Parse(user.FindFirstValue(DemoClaims.Seats) ?? "0", CultureInfo.InvariantCulture);
        return Math.Min(HighestLimit, BaseLimit + (LimitPerSeat * Math.Max(0, seats - IncludedSeats)));
    }
}
