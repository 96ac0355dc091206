namespace RateLimitHeaders.AspNetCore.Redis;

/// <summary>The settings of the store: the keys of the section <c>RateLimitHeaders:Redis</c>.</summary>
internal static class RedisSettings
{
    private static readonly SettingTable<LocalBatchOptions> s_batches = new(
        new ValueSetting<LocalBatchOptions, int>(
            nameof(LocalBatchOptions.MaxBatch), SettingKinds.Integer, o => o.MaxBatch, (o, value) => o.MaxBatch = value),
        new ValueSetting<LocalBatchOptions, TimeSpan>(
            nameof(LocalBatchOptions.HoldTime), SettingKinds.Time, o => o.HoldTime, (o, value) => o.HoldTime = value));

    public static SettingTable<RedisStoreOptions> Table { get; } = new(
        new ValueSetting<RedisStoreOptions, string?>(
            nameof(RedisStoreOptions.Configuration), SettingKinds.SecretOrNull!, o => o.Configuration, (o, value) => o.Configuration = value),
        new ValueSetting<RedisStoreOptions, string?>(
            nameof(RedisStoreOptions.ServiceKey), SettingKinds.TextOrNull!, o => o.ServiceKey, (o, value) => o.ServiceKey = value),
        new ValueSetting<RedisStoreOptions, string>(
            nameof(RedisStoreOptions.KeyPrefix), SettingKinds.Text, o => o.KeyPrefix, (o, value) => o.KeyPrefix = value),
        new ValueSetting<RedisStoreOptions, string?>(
            nameof(RedisStoreOptions.HashKey), SettingKinds.SecretOrNull!, o => o.HashKey, (o, value) => o.HashKey = value),
        new ValueSetting<RedisStoreOptions, bool?>(
            nameof(RedisStoreOptions.GroupCalls), SettingKinds.FlagOrNull, o => o.GroupCalls, (o, value) => o.GroupCalls = value),
        new ValueSetting<RedisStoreOptions, TimeSpan>(
            nameof(RedisStoreOptions.Deadline), SettingKinds.Time, o => o.Deadline, (o, value) => o.Deadline = value),
        new ValueSetting<RedisStoreOptions, int>(nameof(RedisStoreOptions.Nodes), SettingKinds.Integer, o => o.Nodes, (o, value) => o.Nodes = value),
        new ValueSetting<RedisStoreOptions, StoreUnavailable>(
            nameof(RedisStoreOptions.WhenUnavailable),
            SettingKinds.NameOf<StoreUnavailable>(),
            o => o.WhenUnavailable,
            (o, value) => o.WhenUnavailable = value),
        new ValueSetting<RedisStoreOptions, bool>(
            nameof(RedisStoreOptions.RememberRejections), SettingKinds.Flag, o => o.RememberRejections, (o, value) => o.RememberRejections = value),
        new ValueSetting<RedisStoreOptions, TimeSpan>(
            nameof(RedisStoreOptions.HeldPermitLifetime), SettingKinds.Time, o => o.HeldPermitLifetime, (o, value) => o.HeldPermitLifetime = value),
        new SectionSetting<RedisStoreOptions, LocalBatchOptions>(
            nameof(RedisStoreOptions.LocalBatches), o => o.LocalBatches ??= new(), s_batches));
}
