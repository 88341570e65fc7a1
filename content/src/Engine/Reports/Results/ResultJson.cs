using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Reports.Results;

/// <summary>Writes rows with the columns of a table as JSON: each on a line, or as the features of a map.</summary>
internal static class ResultJson
{
    /// <summary>Writes one JSON object a line.</summary>
    public static async Task WriteLinesAsync(
        IAsyncEnumerable<ResultRow> rows, ResultTable table, TextWriter output, CancellationToken cancellationToken)
    {
        using var line = new JsonBuffer();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var writer = line.Start();
            writer.WriteStartObject();
            WriteCells(writer, table, row, place: null);
            writer.WriteEndObject();
            output.Write(Encoding.UTF8.GetString(line.End()));
            output.Write('\n');
        }
    }

    /// <summary>Writes a GeoJSON FeatureCollection, a feature a row and a line.</summary>
    /// <param name="rows">Read once.</param>
    /// <param name="table">Its columns are the properties.</param>
    /// <param name="showsPlaces">Whether values that the geometry is made of are properties all the same.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    /// <returns>How many rows have no geometry.</returns>
    /// <exception cref="TaskQueueException">No row has one (65).</exception>
    public static async Task<long> WriteMapAsync(
        IAsyncEnumerable<ResultRow> rows, ResultTable table, bool showsPlaces, TextWriter output, CancellationToken cancellationToken)
    {
        long count = 0, placed = 0;
        using var line = new JsonBuffer();
        output.Write("{\"type\":\"FeatureCollection\",\"features\":[");
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var place = ResultBounds.Find(row);
            placed += place is null ? 0 : 1;
            WriteFeature(line.Start(), row, table, place, showsPlaces);
            output.Write(count++ == 0 ? "\n" : ",\n");
            output.Write(Encoding.UTF8.GetString(line.End()));
        }

        output.Write("\n]}\n");
        return count == 0 || placed > 0 ? count - placed : throw new TaskQueueException(
            ExitCode.BadInput, $"None of {Counted.Rows(count)} is on the map: no parameters and no results have bounds.", null,
            $"A row needs {ResultBounds.Wanted}.");
    }

    private static void WriteFeature(Utf8JsonWriter writer, ResultRow row, ResultTable table, RowPlace? place, bool showsPlaces)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WriteString("id", row.Id);
        writer.WritePropertyName("geometry");
        if (place is null)
            writer.WriteNullValue();
        else
            ResultGeometry.Write(writer, place.Ring);
        writer.WriteStartObject("properties");
        WriteCells(writer, table, row, showsPlaces ? null : place);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCells(Utf8JsonWriter writer, ResultTable table, ResultRow row, RowPlace? place)
    {
        foreach (var (column, cell) in table.Chosen.Zip(table.CellsOf(row)))
        {
            if (place is not null && column.Source is { } source && column.IsParameter == place.IsParameter && place.Names.Contains(source))
                continue;
            writer.WritePropertyName(column.Feather.Name);
            Write(writer, cell);
        }
    }

    private static void Write(Utf8JsonWriter writer, object? cell)
    {
        switch (cell)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Undefined }:
                writer.WriteNullValue();
                break;
            case long value:
                writer.WriteNumberValue(value);
                break;
            case double value:
                writer.WriteNumberValue(value);
                break;
            case DateTimeOffset value:
                writer.WriteStringValue(value);
                break;
            case JsonElement value:
                value.WriteTo(writer);
                break;
            case JsonNode value:
                value.WriteTo(writer);
                break;
            default:
                writer.WriteStringValue((string)cell);
                break;
        }
    }
}
