namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The part of the suite in which nothing but time brings permits back, with refusals remembered.</summary>
public static class InRedisAndMemory
{
    public class AllOrNothing : AllOrNothingTests<RememberingRedisStore>;

    public class NeverOverAdmit : NeverOverAdmitTests<RememberingRedisStore>;

    public class RetryAfter : RetryAfterTests<RememberingRedisStore>;
}
