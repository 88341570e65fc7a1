using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>Writes rows as JSON lines or CSV, holding one row at a time.</summary>
internal static class ResultExport
{
    public const string JsonLines = ".jsonl";

    public const string CommaSeparated = ".csv";

    /// <summary>Writes one JSON object a line.</summary>
    /// <returns>How many.</returns>
    public static async Task<long> WriteJsonLinesAsync(IAsyncEnumerable<ResultRow> rows, TextWriter output, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            output.Write(JsonSerializer.Serialize(row, RowJson.Instance.ResultRow));
            output.Write('\n');
            count++;
        }

        return count;
    }

    /// <summary>Writes a file whose ending says in which form.</summary>
    /// <returns>How many rows.</returns>
    /// <exception cref="TaskQueueException">There is no such form (64), or the file cannot be written (74).</exception>
    public static Task<long> WriteFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns, CancellationToken cancellationToken) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            JsonLines => WriteJsonLinesFileAsync(path, rows, cancellationToken),
            CommaSeparated => WriteCsvFileAsync(path, rows, columns, cancellationToken),
            _ => throw new TaskQueueException(ExitCode.Usage, $"--output is \"{Path.GetFileName(path)}\"; allowed: a name that ends with .csv or .jsonl."),
        };

    private static async Task<long> WriteJsonLinesFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, CancellationToken cancellationToken)
    {
        await using var file = new WholeFile(path);
        var count = await WriteJsonLinesAsync(rows, file.Text, cancellationToken);
        await file.CommitAsync();
        return count;
    }

    /// <summary>The header needs all rows, and the store should be read once: the rows wait in a draft beside the output.</summary>
    private static async Task<long> WriteCsvFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns, CancellationToken cancellationToken)
    {
        await using var file = new WholeFile(path);
        await using var draft = new WholeFile(path + JsonLines);
        var count = await WriteJsonLinesAsync(Observed(rows, columns), draft.Text, cancellationToken);
        using var reader = draft.ReadBack();
        WriteCsv(reader, columns.Choose(), file.Text, cancellationToken);
        await file.CommitAsync();
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
