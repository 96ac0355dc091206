namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The numbers of all log events.</summary>
internal static class EventIds
{
    public const int NotLimited = 1;
    public const int HeadersWithheld = 2;
    public const int Rejected = 4;

    public const int PrincipalFailed = 10;
    public const int UndeclaredTokenType = 11;
    public const int LimitFailed = 12;
    public const int LimitInvalid = 13;
    public const int CostFailed = 14;
    public const int CostInvalid = 15;
    public const int ExemptionFailed = 16;
    public const int ForeignLimiterFailed = 17;
    public const int RejectionFailed = 18;
    public const int HeadersFailed = 19;
    public const int ForeignCleanupFailed = 20;
    public const int StoreFailed = 22;
    public const int AdjustmentFailed = 23;
    public const int DimensionFailed = 24;
    public const int PlanUnknown = 25;
    public const int PolicyUnused = 26;
    public const int ExposureWithoutServices = 27;
    public const int SectionUnread = 28;

    public const int HeadersTooLate = 21;

    public const int PartitionsExhausted = 30;
    public const int PolicyMissing = 31;
    public const int BeforeRouting = 32;
    public const int NotUsed = 33;
    public const int LimitedTwice = 34;
    public const int GlobalLimiterBeside = 35;
    public const int BeforeAuthentication = 36;
    public const int ClaimNeverMatches = 37;
    public const int ForwardedHeadersUnused = 38;
    public const int LongerWindowIsLower = 39;
    public const int ShortCircuited = 60;
    public const int DecidedInBranch = 61;
    public const int CorsTooLate = 62;

    public const int OperatorReset = 63;
    public const int OperatorGranted = 64;
    public const int OperatorBanned = 65;
    public const int OperatorLiftedBan = 66;

    public const int StoreUnavailable = 40;
    public const int StoreAvailable = 41;
    public const int StoreCallFailed = 42;
    public const int StoreMiscounts = 43;

    public const int DebtBounded = 78;
    public const int CountingFailed = 79;

    public const int ConfigurationOverrides = 80;
    public const int SectionMissing = 81;
    public const int ConfigurationApplied = 82;
    public const int ConfigurationUnchanged = 83;
    public const int ConfigurationFailed = 84;
    public const int CountsStartAnew = 85;
    public const int RestartNeeded = 86;

    public const int WouldReject = 87;
    public const int Banned = 88;
    public const int BanLifted = 89;

    public const int HubMethodNotLimited = 90;
    public const int AuthenticatedByAnotherScheme = 91;
    public const int PageHandlerIgnored = 92;
    public const int AfterEndpoints = 93;
}
