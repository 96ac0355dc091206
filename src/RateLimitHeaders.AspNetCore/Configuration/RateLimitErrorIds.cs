namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The ids of all errors of the configuration. A number never gets another meaning. <c>src/errors.md</c> explains each of them.
/// </summary>
internal static class RateLimitErrorIds
{
    /// <summary>There is no policy.</summary>
    public const string NoPolicy = "RLH0001";

    /// <summary>MaxPartitions is out of range.</summary>
    public const string MaxPartitions = "RLH0002";

    /// <summary>DefaultPolicy names a policy that does not exist.</summary>
    public const string DefaultPolicyMissing = "RLH0003";

    /// <summary>DefaultPolicy is given several names.</summary>
    public const string DefaultPolicySeveral = "RLH0004";

    /// <summary>There are quotas beside a default policy.</summary>
    public const string QuotasBesideDefaultPolicy = "RLH0005";

    /// <summary>A setting has a value that its type does not define.</summary>
    public const string ValueUndefined = "RLH0006";

    /// <summary>A principal rule declares no token type.</summary>
    public const string TokenTypeUndeclared = "RLH0101";

    /// <summary>A principal rule has an empty token type.</summary>
    public const string TokenTypeEmpty = "RLH0102";

    /// <summary>FromIpAddress is given several times.</summary>
    public const string AddressRepeated = "RLH0103";

    /// <summary>A principal rule comes after FromIpAddress.</summary>
    public const string RuleAfterAddress = "RLH0104";

    /// <summary>The length of IPv6 prefixes is out of range.</summary>
    public const string IPv6PrefixLength = "RLH0105";

    /// <summary>An authentication scheme is not registered.</summary>
    public const string SchemeMissing = "RLH0106";

    /// <summary>A service that finds principals is not registered.</summary>
    public const string ResolverMissing = "RLH0107";

    /// <summary>The limit of a quota is out of range.</summary>
    public const string PermitLimit = "RLH0201";

    /// <summary>The window of a quota is out of range.</summary>
    public const string Window = "RLH0202";

    /// <summary>The number of segments is out of range.</summary>
    public const string Segments = "RLH0203";

    /// <summary>The refill rate of a token bucket is out of range.</summary>
    public const string RefillPerSecond = "RLH0204";

    /// <summary>The queue limit of a concurrency quota is out of range.</summary>
    public const string QueueLimit = "RLH0205";

    /// <summary>The time to wait of a concurrency quota is out of range.</summary>
    public const string RetryAfter = "RLH0206";

    /// <summary>The name of a quota cannot be printed.</summary>
    public const string QuotaName = "RLH0207";

    /// <summary>The unit of a quota cannot be printed.</summary>
    public const string Unit = "RLH0208";

    /// <summary>A quota has a setting that its algorithm does not have.</summary>
    public const string SettingWithoutEffect = "RLH0209";

    /// <summary>Several quotas of a plan have the same name.</summary>
    public const string QuotaRepeated = "RLH0210";

    /// <summary>A plan has several concurrency quotas.</summary>
    public const string ConcurrencyRepeated = "RLH0211";

    /// <summary>The name of a policy cannot be printed.</summary>
    public const string PolicyName = "RLH0301";

    /// <summary>Several policies have the same name.</summary>
    public const string PolicyRepeated = "RLH0302";

    /// <summary>The resource of a policy cannot be printed.</summary>
    public const string Resource = "RLH0303";

    /// <summary>A plan has no quota.</summary>
    public const string NoQuota = "RLH0304";

    /// <summary>A token type has no plan.</summary>
    public const string PlanMissing = "RLH0305";

    /// <summary>A plan is for a token type that no rule gives.</summary>
    public const string PlanUnused = "RLH0306";

    /// <summary>A plan is given several times.</summary>
    public const string PlanRepeated = "RLH0307";

    /// <summary>A plan has quotas and is exempt.</summary>
    public const string ExemptWithQuotas = "RLH0308";

    /// <summary>A policy has quotas of its own and a plan for others.</summary>
    public const string QuotasBesidePlanForOthers = "RLH0309";

    /// <summary>A policy of the application's own limiters has settings that only quotas have.</summary>
    public const string ForeignWithQuotas = "RLH0310";

    /// <summary>A cost is out of range.</summary>
    public const string Cost = "RLH0321";

    /// <summary>A cost is given for a name that no quota has as its name or unit.</summary>
    public const string CostUnmatched = "RLH0322";

    /// <summary>A cost is above the limit of its quota.</summary>
    public const string CostAboveLimit = "RLH0323";

    /// <summary>Several IETF drafts are chosen.</summary>
    public const string HeadersSeveralDrafts = "RLH0401";

    /// <summary>A text cannot be the name of a header field.</summary>
    public const string FieldName = "RLH0402";

    /// <summary>Several header fields have the same name.</summary>
    public const string FieldRepeated = "RLH0403";

    /// <summary>NearLimit is out of range.</summary>
    public const string NearLimit = "RLH0404";

    /// <summary>AdvertisedRate is out of range.</summary>
    public const string AdvertisedRate = "RLH0405";

    /// <summary>Jitter is out of range.</summary>
    public const string Jitter = "RLH0406";

    /// <summary>The secret of partition keys is too short.</summary>
    public const string PartitionKeySecret = "RLH0407";

    /// <summary>A name is given for no single header field.</summary>
    public const string RenamedField = "RLH0408";

    /// <summary>An endpoint requires a policy that does not exist.</summary>
    public const string EndpointPolicyMissing = "RLH0501";

    /// <summary>An endpoint requires a policy object.</summary>
    public const string EndpointPolicyObject = "RLH0502";

    /// <summary>There are several stores.</summary>
    public const string StoreRepeated = "RLH0601";

    /// <summary>The deadline of a store is out of range.</summary>
    public const string StoreDeadline = "RLH0602";

    /// <summary>The number of servers that share a store is out of range.</summary>
    public const string StoreNodes = "RLH0603";

    /// <summary>The time for which a store keeps concurrency permits is out of range.</summary>
    public const string StoreConcurrencyLeaseTime = "RLH0604";

    /// <summary>The size of local batches is out of range.</summary>
    public const string StoreMaxBatch = "RLH0605";

    /// <summary>The hold time of local batches is out of range.</summary>
    public const string StoreHoldTime = "RLH0606";

    /// <summary>Local batches have no effect on any plan.</summary>
    public const string StoreBatchesWithoutEffect = "RLH0607";

    /// <summary>A store cannot count a quota with a queue.</summary>
    public const string StoreQueueLimit = "RLH0608";
}
