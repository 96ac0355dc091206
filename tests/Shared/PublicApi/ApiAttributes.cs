using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>The attributes that matter to code that calls a member; what only the compiler reads is printed as C#, or not at all.</summary>
internal static class ApiAttributes
{
    // The first is in debug builds alone.
    private static readonly string[] s_unsaid =
    [
        "System.Diagnostics.DebuggerStepThroughAttribute",
        "System.Diagnostics.CodeAnalysis.SuppressMessageAttribute",
        "System.ParamArrayAttribute",
        "System.Reflection.DefaultMemberAttribute",
        "System.Runtime.InteropServices.InAttribute",
        "System.Runtime.InteropServices.OptionalAttribute",
        "System.Runtime.InteropServices.OutAttribute",
    ];

    public static IEnumerable<string> Of(IEnumerable<CustomAttributeData> attributes) => attributes
        .Where(attribute => attribute.AttributeType.Namespace != "System.Runtime.CompilerServices" && !s_unsaid.Contains(attribute.AttributeType.FullName))
        .Select(Say)
        .Order(StringComparer.Ordinal);

    /// <summary>The same in front of a member or a parameter, on its line.</summary>
    public static string Inline(IEnumerable<CustomAttributeData> attributes) => string.Concat(Of(attributes).Select(attribute => $"{attribute} "));

    public static bool Has(this ICustomAttributeProvider target, string attribute) =>
        target.GetCustomAttributes(inherit: false).Any(found => found.GetType().Name == attribute);

    private static string Say(CustomAttributeData attribute)
    {
        var name = attribute.AttributeType.Name.Replace("Attribute", string.Empty, StringComparison.Ordinal);
        string[] arguments =
        [
            .. attribute.ConstructorArguments.Select(Literal),
            .. attribute.NamedArguments.Select(argument => $"{argument.MemberName} = {Literal(argument.TypedValue)}"),
        ];
        return arguments.Length > 0 ? $"[{name}({string.Join(", ", arguments)})]" : $"[{name}]";

        static string Literal(CustomAttributeTypedArgument argument) => ApiParameters.Literal(argument.Value, argument.ArgumentType);
    }
}
