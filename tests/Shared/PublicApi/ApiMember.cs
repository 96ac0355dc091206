using System.Globalization;
using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>A member as C# declares it, without its body.</summary>
internal static class ApiMember
{
    /// <summary>What a compiler calls for <c>with { … }</c>. It can be named in no code, and tells that a class is a record.</summary>
    public const string CloneOfRecord = "<Clone>$";

    /// <returns><see langword="null"/> for what neither a caller nor an heir outside the assembly can see.</returns>
    public static string? Of(MemberInfo member) => member switch
    {
        FieldInfo field when AccessOf(field) is { } access => Field(field, access),
        ConstructorInfo constructor when !constructor.IsStatic && AccessOf(constructor) is { } access =>
            $"{ApiAttributes.Inline(constructor.CustomAttributes)}{access} {constructor.DeclaringType!.Name.Split('`')[0]}({ApiParameters.Of(constructor)})",
        PropertyInfo property => Property(property),
        EventInfo { AddMethod: { } add } @event when AccessOf(add) is { } access =>
            $"{access} {Modifiers(add)}event {ApiTypeName.Of(@event.EventHandlerType!, new NullabilityInfoContext().Create(@event))} {@event.Name}",
        MethodInfo { Name: CloneOfRecord } => null,
        MethodInfo method when AccessOf(method) is { } access && (!method.IsSpecialName || IsOperator(method)) => Method(method, access),
        _ => null,
    };

    private static string Field(FieldInfo field, string access)
    {
        var kind = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : string.Empty)}{(field.IsInitOnly ? "readonly " : string.Empty)}";
        var value = field.IsLiteral ? $" = {ApiParameters.Literal(field.GetRawConstantValue(), field.FieldType)}" : string.Empty;
        var type = ApiTypeName.Of(field.FieldType, new NullabilityInfoContext().Create(field));
        return $"{ApiAttributes.Inline(field.CustomAttributes)}{access} {kind}{type} {field.Name}{value}";
    }

    private static string? Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(accessor => AccessOf(accessor) is not null)];
        if (accessors.Length == 0)
        {
            return null;
        }

        var access = accessors.Any(accessor => accessor.IsPublic) ? "public" : AccessOf(accessors[0])!;
        var texts = accessors
            .OrderBy(accessor => accessor.Name.StartsWith("set_", StringComparison.Ordinal))
            .Select(accessor => $"{(AccessOf(accessor) == access ? string.Empty : $"{AccessOf(accessor)} ")}{Word(accessor)};");
        var type = ApiTypeName.Of(property.PropertyType, new NullabilityInfoContext().Create(property));
        var name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{ApiParameters.Of(index)}]" : property.Name;
        var attributes = ApiAttributes.Inline(property.CustomAttributes);
        return $"{attributes}{access} {Modifiers(accessors[0])}{Reference(accessors[0])}{type} {name} {{ {string.Join(' ', texts)} }}";

        static string Word(MethodInfo accessor) => accessor.Name.StartsWith("get_", StringComparison.Ordinal) ? "get"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? "init"
            : "set";
    }

    private static string Method(MethodInfo method, string access)
    {
        var type = ApiTypeName.Of(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter));
        var generics = method.IsGenericMethod ? method.GetGenericArguments() : [];
        var names = generics.Length > 0 ? $"<{string.Join(", ", generics.Select(ApiTypeName.Of))}>" : string.Empty;
        var attributes = ApiAttributes.Inline(method.CustomAttributes.Concat(method.ReturnParameter.CustomAttributes));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{attributes}{access} {Modifiers(method)}{Reference(method)}{type} {method.Name}{names}({ApiParameters.Of(method)}){ApiTypeName.Constraints(generics)}");
    }

    private static string Reference(MethodInfo method) =>
        !method.ReturnType.IsByRef ? string.Empty : method.ReturnParameter.Has("IsReadOnlyAttribute") ? "ref readonly " : "ref ";

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return method.IsAbstract ? "static abstract " : "static ";
        }

        if (method.DeclaringType!.IsInterface)
        {
            return method.IsAbstract ? string.Empty : "virtual ";
        }

        var overrides = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return (overrides, method.IsAbstract, method.IsVirtual && !method.IsFinal) switch
        {
            (true, true, _) => "abstract override ",
            (true, false, false) => "sealed override ",
            (true, false, true) => "override ",
            (false, true, _) => "abstract ",
            (false, false, true) => "virtual ",
            _ => string.Empty,
        };
    }

    private static bool IsOperator(MethodInfo method) => method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string? AccessOf(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamilyOrAssembly ? "protected internal" : method.IsFamily ? "protected" : null;

    private static string? AccessOf(FieldInfo field) =>
        field.IsPublic ? "public" : field.IsFamilyOrAssembly ? "protected internal" : field.IsFamily ? "protected" : null;
}
