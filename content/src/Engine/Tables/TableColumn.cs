using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskQueue.Tables;

/// <summary>A column of a table's schema.</summary>
/// <param name="Name">As the file spells it.</param>
/// <param name="Kind">What its values are to a parameters record.</param>
/// <param name="Type">The Arrow type, for people: <c>int64</c>, <c>dictionary&lt;utf8&gt;</c>, <c>timestamp[us,
/// UTC]</c>.</param>
/// <param name="IsNullable">Whether the file declares that it may hold nulls.</param>
public sealed record TableColumn(string Name, ColumnKind Kind, string Type, bool IsNullable)
{
    /// <summary>The name as JSON property.</summary>
    public JsonEncodedText JsonName { get; } =
        JsonEncodedText.Encode(Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
