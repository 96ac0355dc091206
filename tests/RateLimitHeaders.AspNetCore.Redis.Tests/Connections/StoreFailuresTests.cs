using StackExchange.Redis;

namespace RateLimitHeaders.AspNetCore.Redis.Tests;

public sealed class StoreFailuresTests
{
    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'. script: 7e2b, on @user_script:1.", false)]
    [InlineData("ERR Error running script (call to f_7e2b): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.", false)]
    [InlineData("READONLY You can't write against a read only replica.", false)]
    [InlineData("ERR Error running script (call to f_7e2b): @user_script:1: @user_script: 1: -READONLY You can't write against a read only slave.", false)]
    [InlineData("LOADING Redis is loading the dataset in memory", false)]
    [InlineData("CLUSTERDOWN Hash slot not served", false)]
    [InlineData("MOVED 3999 127.0.0.1:6381", false)]
    [InlineData("Endpoint 127.0.0.1:6381 serving hashslot 3999 is not reachable at this point of time.", false)]
    [InlineData("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", false)]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", false)]
    [InlineData("NOAUTH Authentication required.", false)]
    [InlineData("NEWSTATE of a version to come", false)]
    [InlineData("ERR user_script:1: Script attempted to access nonexistent global variable 'x' script: 5c1d, on @user_script:1.", true)]
    [InlineData("ERR Error running script (call to f_5c1d): @enable_strict_lua:15: user_script:1: Script attempted to access nonexistent global variable 'x'", true)]
    [InlineData("ERR Error running script (call to f_7e2b): @user_script:1: WRONGTYPE Operation against a key holding the wrong kind of value", true)]
    [InlineData("ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'", true)]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value script: 7e2b, on @user_script:1.", true)]
    [InlineData("ERR unknown command 'EVALSHA'", true)]
    public void Of_ErrorOfTheServer_ReturnsTheKindServerOrCall(string message, bool isOfCall)
    {
        var cause = RedisErrors.Server(message);
        var failure = StoreFailures.Of(cause);

        Assert.Equal(isOfCall ? StoreFailureKind.Call : StoreFailureKind.Server, failure.Kind);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.Same(cause, failure.InnerException);
    }

    [Fact]
    public void Of_OtherExceptions_ReturnsTheirKind()
    {
        Assert.Equal(StoreFailureKind.Connection, StoreFailures.Of(RedisErrors.Connection("none")).Kind);
        Assert.Equal(StoreFailureKind.Connection, StoreFailures.Of(new ObjectDisposedException("multiplexer")).Kind);
        Assert.Equal(StoreFailureKind.Connection, StoreFailures.Of(new TaskCanceledException()).Kind);
        Assert.Equal(StoreFailureKind.Deadline, StoreFailures.Of(new TimeoutException()).Kind);
        Assert.Equal(StoreFailureKind.Call, StoreFailures.Of(RedisErrors.Make<RedisCommandException>("EVAL is disabled")).Kind);
        Assert.Equal(StoreFailureKind.Call, StoreFailures.Of(new InvalidCastException()).Kind);
    }
}
