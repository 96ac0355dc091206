namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public class RedisBinaryTests
{
    [Fact]
    public void Find_NoServerOnThePath_ThrowsWithWhatToInstall()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => RedisBinary.Find(named: null, path: "/nowhere"));
        Assert.Equal(
            "The tests start a Redis of their own, and there is no redis-server on this machine: install it (on Debian: apt-get install redis-server), "
            + "or set the environment variable RATELIMITHEADERS_REDIS_SERVER to the path of a redis-server or valkey-server.",
            thrown.Message);
    }

    [Fact]
    public void Find_VariableNamesNoFile_Throws()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => RedisBinary.Find("/nowhere/valkey-server", path: "/usr/bin"));
        Assert.StartsWith("RATELIMITHEADERS_REDIS_SERVER is \"/nowhere/valkey-server\", and there is no such file.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_VariableNamesAFile_TakesThat() => Assert.Equal("/bin/sh", RedisBinary.Find("/bin/sh", path: "/nowhere"));
}
