using System.Reflection;

namespace RateLimitHeaders.AspNetCore.Tests;

/// <summary>Types by the names that C# has for them; those of other namespaces than the library's in full.</summary>
internal static class ApiTypeName
{
    private const string OwnNamespace = "RateLimitHeaders.AspNetCore";

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Of(type, null);

    /// <summary>The name with its question marks, if its nullability is known.</summary>
    public static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            // Of TimeSpan? reflection tells nothing inside; of a nullable generic struct it tells the struct's arguments.
            return $"{Of(value, value.IsGenericType ? nullability?.GenericTypeArguments.FirstOrDefault() : null)}?";
        }

        // Only the state of reading is asked: a setter that takes less would be printed as its attribute.
        var mark = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType ? "?" : string.Empty;
        return type.IsArray ? $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}" : Simple(type, nullability) + mark;
    }

    public static string Constraints(Type[] parameters) => string.Concat(
        parameters.Select(parameter => (parameter.Name, Constraints: ConstraintsOf(parameter).ToArray()))
            .Where(parameter => parameter.Constraints.Length > 0)
            .Select(parameter => $" where {parameter.Name} : {string.Join(", ", parameter.Constraints)}"));

    private static string Simple(Type type, NullabilityInfo? nullability)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (s_keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        var place = type.DeclaringType is { } outer ? $"{Of(outer)}." : type.Namespace == OwnNamespace ? string.Empty : $"{type.Namespace}.";
        var name = type.Name.Split('`')[0];
        if (!type.IsGenericType)
        {
            return place + name;
        }

        var known = nullability?.GenericTypeArguments ?? [];
        var arguments = type.GetGenericArguments().Select((argument, i) => Of(argument, i < known.Length ? known[i] : null));
        return $"{place}{name}<{string.Join(", ", arguments)}>";
    }

    private static IEnumerable<string> ConstraintsOf(Type parameter)
    {
        var special = parameter.GenericParameterAttributes;
        var isValue = special.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (isValue)
        {
            yield return "struct";
        }
        else if (special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }
        else if (parameter.GetGenericParameterConstraints().Length == 0 && IsNotNull(parameter))
        {
            yield return "notnull";
        }

        foreach (var constraint in parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)))
        {
            yield return Of(constraint);
        }

        if (special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isValue)
        {
            yield return "new()";
        }
    }

    /// <summary>The compiler notes it as the nullability 1, at the parameter or at what declares it.</summary>
    private static bool IsNotNull(Type parameter)
    {
        MemberInfo?[] places = [parameter, parameter.DeclaringMethod, parameter.DeclaringType];
        return places.OfType<MemberInfo>()
            .SelectMany(place => place.CustomAttributes)
            .FirstOrDefault(attribute => attribute.AttributeType.Name is "NullableAttribute" or "NullableContextAttribute")
            ?.ConstructorArguments[0].Value is (byte)1;
    }
}
