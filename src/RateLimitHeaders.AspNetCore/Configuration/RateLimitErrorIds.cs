namespace RateLimitHeaders.AspNetCore;

/// <summary>
/// The ids of all errors of the configuration. A number never gets another meaning. <c>src/errors.md</c> explains each of them.
/// </summary>
internal static class RateLimitErrorIds
{
    public const string NoPolicy = "RLH0001"; // There is no policy.
    public const string MaxPartitions = "RLH0002"; // MaxPartitions is out of range.
    public const string DefaultPolicyMissing = "RLH0003"; // DefaultPolicy names a policy that does not exist.
    public const string DefaultPolicySeveral = "RLH0004"; // DefaultPolicy has several names.
    public const string QuotasBesideDefaultPolicy = "RLH0005"; // There are quotas in addition to a default policy.
    public const string ValueUndefined = "RLH0006"; // A setting has a value that its type does not define.
    public const string GlobalPolicyMissing = "RLH0007"; // GlobalPolicy names a policy that does not exist.
    public const string GlobalPolicySeveral = "RLH0008"; // GlobalPolicy is given several names.
    public const string SharedResourceMissing = "RLH0009"; // A policy shares its resource, and has none.
    public const string SharedResourceQuotas = "RLH0010"; // Policies share a resource, and their quotas or their ChargeAfterOutage are not the same.
    public const string SharedResourceCallers = "RLH0011"; // Policies share a resource, and distinguish callers in different ways.

    public const string SettingUnknown = "RLH0051"; // Configuration has a key that is not a setting.
    public const string SettingValue = "RLH0052"; // A value of configuration cannot be read.
    public const string SettingForm = "RLH0053"; // Configuration has a value for a section, or a section for a value.
    public const string SettingTwice = "RLH0054"; // Configuration has a setting in two forms.
    public const string SettingMissing = "RLH0055"; // A setting without a default is missing.
    public const string SectionGone = "RLH0056"; // The configuration section was removed while the application runs.
    public const string SectionEmpty = "RLH0057"; // A configuration section is empty, and its presence would have an effect.
    public const string CodeWithoutRules = "RLH0058"; // A rule of configuration represents those of code, which adds none.

    public const string TokenTypeUndeclared = "RLH0101"; // A principal rule declares no token type.
    public const string TokenTypeEmpty = "RLH0102"; // A principal rule has an empty token type.
    public const string AddressRepeated = "RLH0103"; // FromIpAddress is given several times.
    public const string RuleAfterAddress = "RLH0104"; // A principal rule comes after FromIpAddress.
    public const string IPv6PrefixLength = "RLH0105"; // The length of IPv6 prefixes is out of range.
    public const string SchemeMissing = "RLH0106"; // An authentication scheme is not registered.
    public const string ResolverMissing = "RLH0107"; // A service that finds principals is not registered.
    public const string CacheTime = "RLH0108"; // The time for which identities are cached is out of range.

    public const string PermitLimit = "RLH0201"; // The limit of a quota is out of range.
    public const string Window = "RLH0202"; // The window of a quota is out of range.
    public const string Segments = "RLH0203"; // The number of segments is out of range.
    public const string RefillPerSecond = "RLH0204"; // The refill rate of a token bucket is out of range.
    public const string QueueLimit = "RLH0205"; // The queue limit of a concurrency quota is out of range.
    public const string RetryAfter = "RLH0206"; // The time to wait of a concurrency quota is out of range.
    public const string QuotaName = "RLH0207"; // The name of a quota cannot be written into a header.
    public const string Unit = "RLH0208"; // The unit of a quota cannot be written into a header.
    public const string SettingWithoutEffect = "RLH0209"; // A quota has a setting that its algorithm does not have.
    public const string QuotaRepeated = "RLH0210"; // Several quotas of a plan have the same name.
    public const string ConcurrencyRepeated = "RLH0211"; // A plan has several concurrency quotas.
    public const string Period = "RLH0271"; // A calendar window has no period.
    public const string TimeZone = "RLH0272"; // The time zone of a calendar window is unknown.
    public const string FirstDayOfWeek = "RLH0273"; // The first day of the week is no day.
    public const string MaxDebt = "RLH0291"; // The most that can be owed beyond a limit is out of range.
    public const string CountBytesUnit = "RLH0292"; // A quota that counts bytes has another unit.
    public const string DoNotCount = "RLH0293"; // A status of responses that do not count is out of range.

    public const string PolicyName = "RLH0301"; // The name of a policy cannot be written into a header.
    public const string PolicyRepeated = "RLH0302"; // Several policies have the same name.
    public const string Resource = "RLH0303"; // The resource of a policy cannot be written into a header.
    public const string NoQuota = "RLH0304"; // A plan has no quota.
    public const string PlanMissing = "RLH0305"; // A token type has no plan.
    public const string PlanUnused = "RLH0306"; // A plan is for a token type that no rule returns.
    public const string PlanRepeated = "RLH0307"; // A plan is configured several times.
    public const string ExemptWithQuotas = "RLH0308"; // A plan has quotas and is exempt.
    public const string QuotasBesidePlanForOthers = "RLH0309"; // A policy has quotas of its own and a plan for others.
    public const string ForeignWithQuotas = "RLH0310"; // A policy of the application's own limiters has settings that only quotas have.
    public const string NamedPlanSetting = "RLH0311"; // A named plan has a setting of its token type's plan.
    public const string Cost = "RLH0321"; // A cost is out of range.
    public const string CostUnmatched = "RLH0322"; // A cost has a key that no quota has as its name or unit.
    public const string CostAboveLimit = "RLH0323"; // A cost is above the limit of its quota.
    public const string Reason = "RLH0324"; // The reason of rejections cannot be written into a header.
    public const string CostOfCountedBytes = "RLH0391"; // A quota that counts bytes has a cost.
    public const string ForeignReset = "RLH0392"; // A policy of the application's own limiters has ResetOnSuccess.

    public const string HeadersSeveralDrafts = "RLH0401"; // Several IETF drafts are chosen.
    public const string FieldName = "RLH0402"; // A text cannot be the name of a header field.
    public const string FieldRepeated = "RLH0403"; // Several header fields have the same name.
    public const string NearLimit = "RLH0404"; // NearLimit is out of range.
    public const string AdvertisedRate = "RLH0405"; // AdvertisedRate is out of range.
    public const string Jitter = "RLH0406"; // Jitter is out of range.
    public const string PartitionKeySecret = "RLH0407"; // The secret of partition keys is too short.
    public const string RenamedField = "RLH0408"; // A name is set for more or less than one header field.
    public const string HeaderSettingWithoutEffect = "RLH0420"; // A setting of headers has no effect.

    public const string EndpointPolicyMissing = "RLH0501"; // An endpoint requires a policy that does not exist.
    public const string EndpointPolicyObject = "RLH0502"; // An endpoint requires a policy object.

    public const string EndpointPattern = "RLH0503"; // A pattern of endpoints cannot be read.
    public const string EndpointPatternUnmatched = "RLH0504"; // A pattern matches no endpoint.
    public const string EndpointPatternMethods = "RLH0505"; // A pattern matches an endpoint that serves other methods, too.
    public const string EndpointPatternSeveral = "RLH0506"; // Patterns of several policies match an endpoint.
    public const string EndpointCostForeign = "RLH0586"; // An endpoint with a cost has a policy of the application's own limiters.
    public const string EndpointCostOfOtherPolicy = "RLH0587"; // EndpointCosts of a policy match an endpoint that does not have it.

    public const string StoreRepeated = "RLH0601"; // There are several stores.
    public const string StoreDeadline = "RLH0602"; // The deadline of a store is out of range.
    public const string StoreNodes = "RLH0603"; // The number of servers that share a store is out of range.
    public const string StoreHeldPermitLifetime = "RLH0604"; // The time for which a store keeps concurrency permits is out of range.
    public const string StoreMaxBatch = "RLH0605"; // The size of local batches is out of range.
    public const string StoreHoldTime = "RLH0606"; // The hold time of local batches is out of range.
    public const string StoreBatchesWithoutEffect = "RLH0607"; // Local batches have no effect on any plan.
    public const string StoreQueueLimit = "RLH0608"; // A store cannot count a quota with a queue.

    public const string OperationsWithoutAuthorization = "RLH0821"; // Operations are mapped without an authorization policy.
    public const string OperationsPolicyMissing = "RLH0822"; // The authorization policy of operations does not exist.

    public const string Enforce = "RLH0901"; // A share of callers is out of range.
    public const string EnforceForeign = "RLH0902"; // A policy of the application's own limiters is enforced for a share of callers.
    public const string BanAfter = "RLH0911"; // The number of rejections before a ban is out of range.
    public const string BanTime = "RLH0912"; // A time of a ban is out of range.
    public const string BanForeign = "RLH0913"; // A policy of the application's own limiters has a ban.
    public const string RejectionStatus = "RLH0921"; // The status of rejections is out of range.
    public const string RejectionContentType = "RLH0922"; // The media type of a body cannot be read.
}
