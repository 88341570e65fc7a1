using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Reports;

/// <summary>Writes rows as JSON lines, CSV or Feather, as they come.</summary>
internal static class ResultExport
{
    private const int FeatherBuffer = 1 << 16;
    private const string Iso8601 = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Writes one JSON object a line.</summary>
    public static async Task WriteJsonLinesAsync(IAsyncEnumerable<ResultRow> rows, TextWriter output, CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            output.Write(JsonSerializer.Serialize(row, ReportJson.Line.ResultRow));
            output.Write('\n');
        }
    }

    /// <summary>Writes a file whose ending says in which form.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="rows">Read once.</param>
    /// <param name="tasks">Whose rows they are; what they declare gives the columns.</param>
    /// <param name="hasFailures">Whether columns say how a row ended.</param>
    /// <param name="cancellationToken">Stops between two rows; the file stays as it was.</param>
    /// <exception cref="TaskQueueException">There is no such form (64), or the file cannot be written (74).</exception>
    public static async Task WriteFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, IReadOnlyList<TaskDefinition> tasks, bool hasFailures, CancellationToken cancellationToken)
    {
        var form = Path.GetExtension(path).ToLowerInvariant();
        if (form is not (".jsonl" or ".csv" or ".feather"))
            throw new TaskQueueException(
                ExitCode.Usage,
                $"--output is \"{Path.GetFileName(path)}\"; allowed: a name that ends with .csv, .feather or .jsonl.");

        await using var file = new WholeFile(path);
        if (form == ".jsonl")
            await WriteJsonLinesAsync(rows, file.Text, cancellationToken);
        else if (form == ".csv")
            await WriteCsvAsync(rows, new ResultTable(tasks, hasFailures, isTyped: false), file.Text, cancellationToken);
        else
            await WriteFeatherAsync(rows, new ResultTable(tasks, hasFailures, isTyped: true), file.Bytes, cancellationToken);
        await file.CommitAsync();
    }

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
        {
            foreach (var (column, cell) in table.CellsOf(row).Index())
                Add(feather, column, cell);
            feather.EndRow();
        }

        feather.Complete();
        output.Flush();
    }

    private static void Add(FeatherWriter feather, int column, object? cell)
    {
        switch (cell)
        {
            case null:
                feather.AddNull(column);
                break;
            case bool value:
                feather.Add(column, value);
                break;
            case long value:
                feather.Add(column, value);
                break;
            case double value:
                feather.Add(column, value);
                break;
            case DateOnly value:
                feather.Add(column, value);
                break;
            case DateTimeOffset value:
                feather.Add(column, value);
                break;
            default:
                feather.Add(column, Encoding.UTF8.GetBytes((string)cell));
                break;
        }
    }
}
