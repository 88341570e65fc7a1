using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;

namespace TaskQueue.Reports.Results;

/// <summary>What results have: properties, or nothing but a value.</summary>
/// <param name="Value">The type of the whole.</param>
/// <param name="Properties">Their names, types, and whether they are one value with anything inside; none when the result is a value of its own, or of no known type.</param>
internal sealed record ResultShape(Type Value, IReadOnlyList<(string Name, Type Type, bool IsWhole)> Properties)
{
    private static readonly Type[] Open = [typeof(object), typeof(JsonElement), typeof(JsonDocument), typeof(JsonNode), typeof(JsonObject), typeof(JsonArray)];

    /// <summary>Whether the type says nothing of what results have.</summary>
    public bool IsOpen => Open.Contains(Value) || InfoOf(Value).Kind == JsonTypeInfoKind.Dictionary;

    /// <summary>What a type declares.</summary>
    public static ResultShape Of(Type type) => new(type, InfoOf(type) is { Kind: JsonTypeInfoKind.Object } info
        ? [.. info.Properties.Where(ResultNode.IsWritten).Select(property => (property.Name, property.PropertyType, property.CustomConverter is not null))]
        : []);

    /// <summary>The type of a list's elements; any other type itself.</summary>
    public static Type ElementOf(Type type) => InfoOf(type) is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } ? element : type;

    private static JsonTypeInfo InfoOf(Type type) => TaskJson.Options.GetTypeInfo(type);
}
