using System.Net;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>What one attacker with a /46 of IPv6 can do at the default cap (src/decisions/floods.md).</summary>
public sealed class AddressFloodTests : IDisposable
{
    private const int Limit = 10;
    private const int Cap = RateLimitHeadersOptions.DefaultMaxPartitions;
    private const int NetworksOfTheAttacker = 4;
    private const int AddressesOfTheAttacker = NetworksOfTheAttacker << 16;

    private static readonly long[] s_cost = [1];
    private static readonly double[] s_limit = [Limit];

    private readonly PolicyUnderTest _policy = new(Cap, Quota.FixedWindow("q", Limit, TimeSpan.FromHours(1)));
    private readonly RateLimitDecision _decision = new();

    public void Dispose() => _policy.Dispose();

    [Fact]
    public async Task Flood_OfAWholeSlash46_IsAdmittedWhatTheCapAndFourSharedPartitionsAllow()
    {
        var admitted = 0;
        for (var i = 0; i < AddressesOfTheAttacker; i++)
        {
            admitted += await AskAsync(Attacker(i)) ? 1 : 0;
        }

        // 12,144 of its /64s have no partition, all of them in the last /48 when they come in their order.
        Assert.Equal(Cap + Limit, admitted);
        Assert.Equal(Cap, _policy.Partitions.Counted);
        Assert.Equal(AddressesOfTheAttacker - Cap, _policy.Overflows);
    }

    [Fact]
    public async Task Flood_FromAllItsNetworks_LeavesOthersWhatTheyHad()
    {
        Assert.True(await AskAsync(Address("198.51.100.7")));
        for (var i = 0; i < Cap; i++)
        {
            await AskAsync(Attacker(((i % NetworksOfTheAttacker) << 16) + (i / NetworksOfTheAttacker)));
        }

        // The cap is full, with the first 62,500 /64s of each network, and each network uses up what the rest of it shares.
        for (var i = 0; i < NetworksOfTheAttacker; i++)
        {
            await ExhaustAsync(Address($"2001:db8:{i:x}:ffff::1"));
        }

        Assert.True(await AskAsync(Address("198.51.100.7")));
        Assert.Equal(Limit - 2, _decision.Statuses[0].Remaining);

        // Of a thousand other networks, one is expected to meet the attacker's four in 4,096 partitions; more than ten do in one
        // of a hundred million runs.
        var lockedOut = 0;
        for (var i = 0; i < 1_000; i++)
        {
            lockedOut += await AskAsync(Address($"2001:db9:{i:x}::1")) ? 0 : 1;
        }

        Assert.InRange(lockedOut, 0, 10);
    }

    private static UInt128 Address(string text) => ClientAddress.ToKey(IPAddress.Parse(text), ClientAddress.DefaultIPv6PrefixLength);

    /// <summary>Gets one of the /64s of 2001:db8::/46.</summary>
    private static UInt128 Attacker(int number) => Address("2001:db8::") + ((UInt128)number << 64);

    private async ValueTask<bool> AskAsync(UInt128 address)
    {
        _decision.Principal = new RateLimitPrincipal(TokenTypes.Anonymous, address);
        await _policy.Partitions.AcquireAsync(new(_decision.Caller, s_cost, s_limit), _decision);
        return _decision.IsAcquired;
    }

    private async Task ExhaustAsync(UInt128 address)
    {
        for (var i = 0; i < Limit; i++)
        {
            await AskAsync(address);
        }

        Assert.False(await AskAsync(address));
    }
}
