using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskQueue.Tables;

/// <summary>Writes rows as JSON objects, one property a column.</summary>
public static class TableJson
{
    /// <summary>
    /// For writers of rows: no white space, letters of all alphabets as they are, nothing checked twice.
    /// </summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <param name="writer">Where a value may stand.</param>
    /// <param name="table">Gives the names.</param>
    /// <param name="batch">The batch of the table that was read last.</param>
    /// <param name="row">Row of the batch, from 0.</param>
    public static void WriteRow(Utf8JsonWriter writer, ITable table, TableBatch batch, int row)
    {
        writer.WriteStartObject();
        var columns = table.Columns;
        for (var index = 0; index < columns.Count; index++)
        {
            writer.WritePropertyName(columns[index].JsonName);
            batch.Columns[index].WriteJson(writer, row);
        }

        writer.WriteEndObject();
    }
}
