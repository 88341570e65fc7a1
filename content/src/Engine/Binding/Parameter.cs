using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>A property of a parameters record, and the column that fills it.</summary>
public sealed class Parameter
{
    private Parameter(JsonPropertyInfo property)
    {
        var source = property.AttributeProvider as PropertyInfo;
        Column = property.Name;
        Name = source?.Name ?? property.Name;
        Type = property.PropertyType;
        IsRequired = property.IsRequired;
        IsNullable = Nullable.GetUnderlyingType(Type) is not null || (!Type.IsValueType && property.IsSetNullable);
        IsId = IsMarked<TaskIdAttribute>(property);
        HasConverter = property.CustomConverter is not null;
        Default = property.AssociatedParameter is { HasDefaultValue: true } parameter ? parameter.DefaultValue : null;
    }

    /// <summary>The column's name: snake_case unless a JsonPropertyName says otherwise.</summary>
    public string Column { get; }

    /// <summary>The property's name.</summary>
    public string Name { get; }

    public Type Type { get; }

    /// <summary>The type without Nullable.</summary>
    public Type ValueType => Nullable.GetUnderlyingType(Type) ?? Type;

    /// <summary>Whether the record demands a value: a constructor parameter without default, or a required property.</summary>
    public bool IsRequired { get; }

    public bool IsNullable { get; }

    public bool IsId { get; }

    /// <summary>Whether the property brings its own JSON converter.</summary>
    public bool HasConverter { get; }

    /// <summary>The constructor's default, for people.</summary>
    public object? Default { get; }

    /// <summary>Whether the column may be absent, or null in some rows.</summary>
    public bool IsOptional => !IsRequired || IsNullable;

    public static IReadOnlyList<Parameter> ListOf(Type parametersType)
    {
        var type = TaskJson.Options.GetTypeInfo(parametersType);
        if (type.Kind != JsonTypeInfoKind.Object)
            throw new NotSupportedException($"{parametersType.Name} is not a record with properties.");

        var parameters = type.Properties
            .Where(property => property.Set is not null || property.AssociatedParameter is not null)
            .Select(property => new Parameter(property))
            .ToList();
        if (parameters.Count(parameter => parameter.IsId) > 1)
            throw new NotSupportedException("more than one property is marked [TaskId].");
        return parameters;
    }

    /// <summary>An attribute of a record's positional parameter stands on the constructor's parameter, not on the property.</summary>
    private static bool IsMarked<T>(JsonPropertyInfo property) where T : Attribute =>
        property.AttributeProvider?.IsDefined(typeof(T), inherit: true) == true
        || property.AssociatedParameter?.AttributeProvider?.IsDefined(typeof(T), inherit: false) == true;
}
