using System.Globalization;
using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Parameters with all that a call depends on: how they are passed, whether they may be null, and their defaults.</summary>
internal static class ApiParameters
{
    public static string Of(MethodBase method)
    {
        var isExtension = method.Has("ExtensionAttribute");
        return (isExtension ? "this " : string.Empty) + Of(method.GetParameters());
    }

    public static string Of(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Of));

    public static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        _ when type.IsEnum => $"{ApiTypeName.Of(type)}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Of(ParameterInfo parameter)
    {
        var passing = parameter switch
        {
            { ParameterType.IsByRef: true, IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.Has("ParamArrayAttribute") || parameter.Has("ParamCollectionAttribute") => "params ",
            _ => string.Empty,
        };
        var type = ApiTypeName.Of(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));
        var value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, parameter.ParameterType)}" : string.Empty;
        return $"{ApiAttributes.Inline(parameter.CustomAttributes)}{passing}{type} {parameter.Name}{value}";
    }
}
