using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>An assembly's public API as text: each exported type with what its users and heirs can see of it.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (var types in assembly.GetExportedTypes().GroupBy(type => type.Namespace).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            lines.Add($"namespace {types.Key};");
            foreach (var type in types.OrderBy(ApiTypeName.Of, StringComparer.Ordinal))
            {
                lines.Add(string.Empty);
                lines.AddRange(ApiAttributes.Of(type.CustomAttributes));
                lines.Add(Header(type));
                lines.AddRange(Members(type).Select(line => $"    {line}"));
            }

            lines.Add(string.Empty);
        }

        return string.Join('\n', lines);
    }

    private static string Header(Type type)
    {
        // A delegate is its Invoke, which stands below as a member.
        var kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? (type.GetCustomAttributesData().Any(IsReadOnly) ? "readonly " : string.Empty) + (type.IsByRefLike ? "ref struct" : "struct")
            : (type.IsAbstract, type.IsSealed) switch { (true, true) => "static class", (true, false) => "abstract class", (false, true) => "sealed class", _ => "class" };
        if (type.GetMethod(ApiMember.CloneOfRecord) is not null)
        {
            kind = kind.Replace("class", "record", StringComparison.Ordinal);
        }

        return $"public {kind} {NameOf(type)}{Bases(type)}{ApiTypeName.Constraints(type.GetGenericArguments())}";

        static bool IsReadOnly(CustomAttributeData attribute) => attribute.AttributeType.Name == "IsReadOnlyAttribute";

        // The namespace stands above.
        static string NameOf(Type type) => ApiTypeName.Of(type).Replace($"{type.Namespace}.", string.Empty, StringComparison.Ordinal);
    }

    private static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return $" : {ApiTypeName.Of(type.GetEnumUnderlyingType())}";
        }

        // What the base type implements already is the base type's business.
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var interfaces = type.GetInterfaces().Except(inherited).Where(contract => contract.IsVisible).Select(ApiTypeName.Of).Order(StringComparer.Ordinal);
        var hasBase = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType);
        string[] all = hasBase ? [ApiTypeName.Of(type.BaseType!), .. interfaces] : [.. interfaces];
        return all.Length > 0 ? $" : {string.Join(", ", all)}" : string.Empty;
    }

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .OrderBy(field => Convert.ToInt64(field.GetRawConstantValue(), null))
            .Select(field => $"{field.Name} = {field.GetRawConstantValue()}")
        : type.GetMembers(Declared)
            .Select(member => (Kind: Kind(member), member.Name, Text: ApiMember.Of(member)))
            .Where(member => member.Text is not null)
            .OrderBy(member => member.Kind)
            .ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => member.Text!);

    private static int Kind(MemberInfo member) => member switch
    {
        FieldInfo => 0,
        ConstructorInfo => 1,
        PropertyInfo => 2,
        EventInfo => 3,
        _ => 4,
    };
}
