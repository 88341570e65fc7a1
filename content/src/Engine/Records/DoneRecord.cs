using System.Text.Json;

namespace TaskQueue.Records;

/// <summary>
/// Proof that a row is done: <c>done/&lt;task&gt;/&lt;key&gt;.json</c>. Written last, whole or not at all, never
/// replaced.
/// </summary>
public sealed record DoneRecord : RowRecord
{
    /// <summary>What RunTask returned.</summary>
    public required JsonElement Result { get; init; }
}
