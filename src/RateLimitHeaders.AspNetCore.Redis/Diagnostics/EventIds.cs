namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The numbers of all log events. A number is never given another meaning.</summary>
internal static class EventIds
{
    public const int Unavailable = 1;
    public const int Available = 2;
    public const int CallFailed = 3;
    public const int CallsShared = 4;
    public const int CallsNotShared = 5;
}
