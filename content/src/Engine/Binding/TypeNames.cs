namespace TaskQueue.Binding;

/// <summary>C# types as people write them.</summary>
public static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new (Type, string)[]
    {
        (typeof(bool), "bool"), (typeof(sbyte), "sbyte"), (typeof(byte), "byte"), (typeof(short), "short"),
        (typeof(ushort), "ushort"), (typeof(int), "int"), (typeof(uint), "uint"), (typeof(long), "long"),
        (typeof(ulong), "ulong"), (typeof(float), "float"), (typeof(double), "double"), (typeof(decimal), "decimal"),
        (typeof(string), "string"), (typeof(char), "char"), (typeof(object), "object"),
    }.ToDictionary();

    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsArray)
            return Of(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return type.Name;
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }
}
