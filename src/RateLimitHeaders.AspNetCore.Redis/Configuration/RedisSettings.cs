namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The settings of the store: the keys of the section <c>RateLimitHeaders:Redis</c>.</summary>
internal static class RedisSettings
{
    private static readonly SettingTable<LocalBatchOptions> s_batches = new SettingTable<LocalBatchOptions>()
        .Value(SettingKinds.Integer, o => o.MaxBatch, (o, value) => o.MaxBatch = value)
        .Value(SettingKinds.Time, o => o.HoldTime, (o, value) => o.HoldTime = value);

    public static SettingTable<RedisStoreOptions> Table { get; } = new SettingTable<RedisStoreOptions>()
        .Value(SettingKinds.SecretOrNull, o => o.Configuration, (o, value) => o.Configuration = value)
        .Value(SettingKinds.TextOrNull, o => o.ServiceKey, (o, value) => o.ServiceKey = value)
        .Value(SettingKinds.Text, o => o.KeyPrefix, (o, value) => o.KeyPrefix = value)
        .Value(SettingKinds.SecretOrNull, o => o.HashKey, (o, value) => o.HashKey = value)
        .Value(SettingKinds.FlagOrNull, o => o.GroupCalls, (o, value) => o.GroupCalls = value)
        .Value(SettingKinds.Time, o => o.Deadline, (o, value) => o.Deadline = value)
        .Value(SettingKinds.Integer, o => o.Nodes, (o, value) => o.Nodes = value)
        .Value(EnumNames<StoreUnavailable>.Kind, o => o.WhenUnavailable, (o, value) => o.WhenUnavailable = value)
        .Value(SettingKinds.Flag, o => o.RememberRejections, (o, value) => o.RememberRejections = value)
        .Value(SettingKinds.Time, o => o.HeldPermitLifetime, (o, value) => o.HeldPermitLifetime = value)
        .Section(o => o.LocalBatches ??= new(), s_batches, "which changes nothing; give a setting of it, such as \"MaxBatch\": 4000, or leave it out");
}
