using System.Globalization;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;
using TaskQueue.Tables;

namespace TaskQueue.Reports.Results;

/// <summary>Writes rows as JSON lines, CSV, Feather or GeoJSON, as they come.</summary>
internal static class ResultExport
{
    private const int FeatherBuffer = 1 << 16;
    private const string Iso8601 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Writes one JSON object a line: the whole record, or the columns that were asked for.</summary>
    public static async Task WriteJsonLinesAsync(
        IAsyncEnumerable<ResultRow> rows, ResultLayout layout, TextWriter output, CancellationToken cancellationToken)
    {
        if (layout.Chosen is not null)
        {
            await ResultJson.WriteLinesAsync(rows, layout.Table(ResultForm.Json), output, cancellationToken);
            return;
        }

        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            output.Write(row.IsMissing
                ? JsonSerializer.Serialize(new MissingLine(row.State, row.Id, row.Row, row.Task, row.Parameters), ReportJson.Line.MissingLine)
                : JsonSerializer.Serialize(row, ReportJson.Line.ResultRow));
            output.Write('\n');
        }
    }

    /// <summary>Writes a file whose ending says in which form.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="rows">Read once.</param>
    /// <param name="layout">The columns.</param>
    /// <param name="cancellationToken">Stops between two rows; the file stays as it was.</param>
    /// <returns>What a person should know of the file, in a sentence; null for nothing.</returns>
    /// <exception cref="TaskQueueException">
    /// There is no such form or column (64), no row is on the map (65), or the file cannot be written (74).
    /// </exception>
    public static async Task<string?> WriteFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultLayout layout, CancellationToken cancellationToken)
    {
        var form = FormOf(path);
        // Before there is a file: columns that no row has are refused.
        var table = layout.Table(form switch { ".csv" => ResultForm.Text, ".feather" => ResultForm.Typed, _ => ResultForm.Json });
        await using var file = new WholeFile(path);
        var withoutPlace = 0L;
        if (form == ".jsonl")
            await WriteJsonLinesAsync(rows, layout, file.Text, cancellationToken);
        else if (form == ".csv")
            await WriteCsvAsync(rows, table, file.Text, cancellationToken);
        else if (form == ".feather")
            await WriteFeatherAsync(rows, table, file.Bytes, cancellationToken);
        else
            withoutPlace = await ResultJson.WriteMapAsync(rows, table, showsPlaces: layout.Chosen is not null, file.Text, cancellationToken);
        await file.CommitAsync();
        return withoutPlace == 0 ? null : $"{Counted.Rows(withoutPlace)} without bounds in degrees: the geometry is null.";
    }

    private static string FormOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        (".jsonl" or ".csv" or ".feather" or ".geojson") and var form => form,
        _ => throw new TaskQueueException(
            ExitCode.Usage,
            $"--output is \"{Path.GetFileName(path)}\"; allowed: a name that ends with .csv, .feather, .geojson or .jsonl."),
    };

    private static async Task WriteCsvAsync(
        IAsyncEnumerable<ResultRow> rows, ResultTable table, TextWriter output, CancellationToken cancellationToken)
    {
        Csv.WriteLine(output, table.Columns.Select(column => column.Name));
        await foreach (var row in rows.WithCancellation(cancellationToken))
            Csv.WriteLine(output, table.CellsOf(row).Select(TextOf));
    }

    private static string? TextOf(object? cell) => cell switch
    {
        DateTimeOffset time => time.UtcDateTime.ToString(Iso8601, CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => (string?)cell,
    };

    private static async Task WriteFeatherAsync(
        IAsyncEnumerable<ResultRow> rows, ResultTable table, Stream stream, CancellationToken cancellationToken)
    {
        var output = new BufferedStream(stream, FeatherBuffer);
        var feather = new FeatherWriter(output, table.Columns);
        await foreach (var row in rows.WithCancellation(cancellationToken))
            feather.AddRow(table.CellsOf(row));
        feather.Complete();
        output.Flush();
    }
}

/// <summary>A row of the table that has no record, as a line.</summary>
internal sealed record MissingLine(string State, string Id, long? Row, string Task, JsonElement Parameters);
