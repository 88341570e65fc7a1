using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>Writes rows as JSON lines or CSV, holding one row at a time.</summary>
internal static class ResultExport
{
    /// <summary>Writes one JSON object a line.</summary>
    /// <returns>How many.</returns>
    public static async Task<long> WriteJsonLinesAsync(
        IAsyncEnumerable<ResultRow> rows, TextWriter output, Action<long> written, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            output.Write(JsonSerializer.Serialize(row, RowJson.Instance.ResultRow));
            output.Write('\n');
            written(++count);
        }

        return count;
    }

    /// <summary>Writes a file whose ending says in which form.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="rows">Read once.</param>
    /// <param name="columns">For a CSV.</param>
    /// <param name="read">Told after each row how many there were.</param>
    /// <param name="cancellationToken">Stops between two rows; the file stays as it was.</param>
    /// <returns>How many rows.</returns>
    /// <exception cref="TaskQueueException">There is no such form (64), or the file cannot be written (74).</exception>
    public static async Task<long> WriteFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns, Action<long> read,
        CancellationToken cancellationToken)
    {
        var isCsv = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" => false,
            ".csv" => true,
            _ => throw new TaskQueueException(
                ExitCode.Usage,
                $"--output is \"{Path.GetFileName(path)}\"; allowed: a name that ends with .csv or .jsonl."),
        };
        await using var file = new WholeFile(path);
        var count = isCsv
            ? await WriteCsvAsync(path, rows, columns, file.Text, read, cancellationToken)
            : await WriteJsonLinesAsync(rows, file.Text, read, cancellationToken);
        await file.CommitAsync();
        return count;
    }

    /// <summary>
    /// The header needs all rows, and the store should be read once: the rows wait in a draft beside the output.
    /// </summary>
    private static async Task<long> WriteCsvAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns, TextWriter output, Action<long> read,
        CancellationToken cancellationToken)
    {
        await using var draft = new WholeFile($"{path}.draft");
        var count = await WriteJsonLinesAsync(Observed(rows, columns), draft.Text, read, cancellationToken);
        using var reader = draft.ReadBack();
        WriteCsv(reader, columns.Choose(), output, cancellationToken);
        return count;
    }

    private static async IAsyncEnumerable<ResultRow> Observed(IAsyncEnumerable<ResultRow> rows, ResultColumns columns)
    {
        await foreach (var row in rows)
        {
            columns.Observe(row);
            yield return row;
        }
    }

    private static void WriteCsv(
        TextReader draft, IReadOnlyList<ResultColumn> columns, TextWriter output, CancellationToken cancellationToken)
    {
        Csv.WriteLine(output, columns.Select(column => column.Name));
        while (draft.ReadLine() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = JsonSerializer.Deserialize(line, RowJson.Instance.ResultRow)!;
            Csv.WriteLine(output, columns.Select(column => column.Cell(row)));
        }
    }
}
