using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;

namespace TaskQueue.Reports.Results;

/// <summary>A value that the parameters or results of tasks may have, and its column; of a record, the values inside.</summary>
internal sealed class ResultNode
{
    private readonly Dictionary<string, ResultNode> _inside = [];

    /// <summary>Number of the column that holds the value; null when none does.</summary>
    public int? Column { get; set; }

    /// <summary>Whether the values inside have columns of their own.</summary>
    public bool IsRecord { get; init; }

    /// <summary>The declared types of the value.</summary>
    public List<Type> Types { get; } = [];

    public ResultNode? Find(string property) => _inside.GetValueOrDefault(property);

    /// <summary>Declares a property, of one task or of several alike.</summary>
    /// <param name="name">Its name in JSON.</param>
    /// <param name="type">Its type.</param>
    /// <param name="isWhole">Whether it is one value, with anything inside.</param>
    /// <returns>The values that want a column, each with the path of their names.</returns>
    public IEnumerable<(string Path, ResultNode Value)> Declare(string name, Type type, bool isWhole) =>
        Declare(name, name, type, isWhole ? null : []);

    private IEnumerable<(string Path, ResultNode Value)> Declare(string path, string name, Type type, Type[]? outer)
    {
        var inside = outer is null || outer.Contains(type) ? [] : PropertiesOf(type).ToList();
        if (!_inside.TryGetValue(name, out var node))
            _inside[name] = node = new ResultNode { IsRecord = inside.Count > 0 };
        if (!node.IsRecord || inside.Count == 0)
        {
            node.Types.Add(type);
            return [(path, node)];
        }

        return inside.SelectMany(property => node.Declare(
            $"{path}.{property.Name}", property.Name, property.PropertyType, property.CustomConverter is null ? [.. outer!, type] : null));
    }

    /// <summary>What a record of the user's has; nothing for the types of .NET, and those whose values differ in what they have.</summary>
    private static IEnumerable<JsonPropertyInfo> PropertiesOf(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.Namespace is "System" || plain.Namespace?.StartsWith("System.", StringComparison.Ordinal) is true
            || TaskJson.Options.GetTypeInfo(plain) is not { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null } info
            ? []
            : info.Properties.Where(IsWritten);
    }

    /// <summary>Whether a property is part of the JSON, under its own name.</summary>
    public static bool IsWritten(JsonPropertyInfo property) => property is { Get: not null, IsExtensionData: false };
}
