namespace RateLimitHeaders.AspNetCore.Redis.Tests;

/// <summary>The JSON schema of the package says of each key what reads it.</summary>
public class RedisSchemaTests
{
    [Fact]
    public void Schema_OfAllKeys_IsWhatReadsThem()
    {
        var schema = SchemaFile.Read("RateLimitHeaders.AspNetCore.Redis")["properties"]!["RateLimitHeaders"]!["properties"]!["Redis"]!;

        var settings = RedisSettings.Table.Settings;
        var batches = Assert.Single(settings, setting => setting.Table is not null).Table!.Settings;
        Assert.Equal(Names(SchemaFile.PropertiesOf(schema).Select(property => property.Key)), Names(settings.Select(setting => setting.Name)));
        var batchSchema = SchemaFile.PropertiesOf(SchemaFile.PropertiesOf(schema)["LocalBatches"]!);
        Assert.Equal(Names(batchSchema.Select(property => property.Key)), Names(batches.Select(setting => setting.Name)));
        foreach (var (setting, properties) in settings.Select(setting => (setting, SchemaFile.PropertiesOf(schema)))
            .Concat(batches.Select(setting => (setting, batchSchema))))
        {
            if (setting.Kind is { } kind)
            {
                Assert.Equal(SchemaFile.TypeOf(kind.Schema, kind.Names, kind.AllowsNull), SchemaFile.TextOf(properties[setting.Name]!));
            }

            Assert.NotNull(properties[setting.Name]!["description"]);
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
}
