namespace RateLimitHeaders.AspNetCore.Tests;

public class StoreRegistrationTests
{
    [Fact]
    public async Task AddStore_ByItsType_IsMadeOnceAndDisposedByTheContainer()
    {
        SettingsStore store;
        await using (var services = ServicesWith(builder => builder.AddStore<SettingsStore>()))
        {
            store = Assert.IsType<SettingsStore>(services.GetRequiredService<RateLimitStore>());
            Assert.Same(store, services.GetRequiredService<RateLimitStore>());
            Assert.Equal(0, store.Disposed);
        }

        Assert.Equal(1, store.Disposed);
    }

    [Fact]
    public async Task AddStore_OfTheApplication_IsNotDisposed()
    {
        var store = new SettingsStore();
        await using (var services = ServicesWith(builder => builder.AddStore(store)))
        {
            Assert.Same(store, services.GetRequiredService<RateLimitStore>());
        }

        Assert.Equal(0, store.Disposed);
    }

    [Fact]
    public async Task AddStore_ByAFunction_IsMadeOnceWithServicesAndDisposedByTheContainer()
    {
        var store = new SettingsStore();
        var made = 0;
        await using (var services = ServicesWith(builder => builder.AddStore(provider =>
        {
            Assert.NotNull(provider.GetRequiredService<IServiceScopeFactory>());
            made++;
            return store;
        })))
        {
            Assert.Same(store, services.GetRequiredService<RateLimitStore>());
            Assert.Same(store, services.GetRequiredService<RateLimitStore>());
            Assert.Equal((1, 0), (made, store.Disposed));
        }

        Assert.Equal(1, store.Disposed);
    }

    [Fact]
    public void AddStore_ReturnsTheBuilder()
    {
        var services = new ServiceCollection();
        var builder = services.AddRateLimitHeaders();

        Assert.Same(services, builder.Services);
        Assert.Same(builder, builder.AddStore<SettingsStore>());
        Assert.Same(builder, builder.AddStore(new SettingsStore()));
        Assert.Same(builder, builder.AddStore(_ => new SettingsStore()));
    }

    [Fact]
    public void AddStore_Null_Throws()
    {
        var builder = new ServiceCollection().AddRateLimitHeaders();

        Assert.Throws<ArgumentNullException>("store", () => builder.AddStore((RateLimitStore)null!));
        Assert.Throws<ArgumentNullException>("factory", () => builder.AddStore((Func<IServiceProvider, RateLimitStore>)null!));
        Assert.Throws<ArgumentNullException>("builder", () => ((IRateLimitHeadersBuilder)null!).AddStore<SettingsStore>());
    }

    [Fact]
    public async Task AddStore_Twice_StopsTheStart()
    {
        var exception = await Misconfigured.StartAsync(
            limits => limits.FixedWindow(1, TimeSpan.FromMinutes(1)),
            services: services => services.AddRateLimitHeaders().AddStore<SettingsStore>().AddStore(new SettingsStore()));

        Assert.Equal(
            [new("RLH0601", "", "There are several stores (Settings, Settings), and all plans are counted in one; keep one of them.")],
            exception.Errors);
    }

    private static ServiceProvider ServicesWith(Action<IRateLimitHeadersBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddRateLimitHeaders());
        return services.BuildServiceProvider();
    }
}
