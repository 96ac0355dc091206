namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An API that takes its callers from the field <c>account</c> of forms, and answers with the principal.</summary>
internal static class FormApi
{
    public static Task<TestApi> StartAsync(
        Action<WebApplication>? map = null, Action<IServiceCollection>? services = null, Action<WebApplication>? before = null) =>
        TestApi.StartAsync(
            limits => limits.Principals(who => who.FromForm("account", tokenType: "account")).FixedWindow(3, TimeSpan.FromMinutes(1)),
            map ?? (static web => web.MapPost("/", CallerApi.Answer)),
            services,
            before);

    /// <summary>Makes a form of fields, in the form in which browsers send it.</summary>
    public static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>Sends a form, and gets the status and the principal that the endpoint tells.</summary>
    public static async Task<string> SubmitAsync(this TestApi api, HttpContent content, params (string Name, string Value)[] headers)
    {
        var response = await api.PostAsync("/", content, CallerApi.Address, headers);
        return $"{(int)response.Status} {response.Body}";
    }
}
