using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>Writes rows as JSON lines, CSV or Feather, holding few rows at a time.</summary>
internal static class ResultExport
{
    private const int FeatherBuffer = 1 << 16;

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
    /// <param name="columns">For forms that have columns.</param>
    /// <param name="read">Told after each row how many there were.</param>
    /// <param name="cancellationToken">Stops between two rows; the file stays as it was.</param>
    /// <returns>How many rows.</returns>
    /// <exception cref="TaskQueueException">There is no such form (64), or the file cannot be written (74).</exception>
    public static async Task<long> WriteFileAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns, Action<long> read,
        CancellationToken cancellationToken)
    {
        var write = FormOf(path);
        await using var file = new WholeFile(path);
        var count = write is null
            ? await WriteJsonLinesAsync(rows, file.Text, read, cancellationToken)
            : await WriteColumnsAsync(path, rows, columns, (draft, chosen) => write(draft, chosen, file), read, cancellationToken);
        await file.CommitAsync();
        return count;
    }

    /// <summary>What writes a file with columns; null for JSON lines.</summary>
    private static Action<IEnumerable<ResultRow>, IReadOnlyList<ResultColumn>, WholeFile>? FormOf(string path) =>
        Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jsonl" => null,
            ".csv" => WriteCsv,
            ".feather" => WriteFeather,
            _ => throw new TaskQueueException(
                ExitCode.Usage,
                $"--output is \"{Path.GetFileName(path)}\"; allowed: a name that ends with .csv, .feather or .jsonl."),
        };

    /// <summary>
    /// The columns need all rows, and the store should be read once: the rows wait in a draft beside the output.
    /// </summary>
    private static async Task<long> WriteColumnsAsync(
        string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns,
        Action<IEnumerable<ResultRow>, IReadOnlyList<ResultColumn>> write, Action<long> read,
        CancellationToken cancellationToken)
    {
        await using var draft = new WholeFile($"{path}.draft");
        var count = await WriteJsonLinesAsync(Observed(rows, columns), draft.Text, read, cancellationToken);
        using var reader = draft.ReadBack();
        write(ReadLines(reader, cancellationToken), columns.Choose());
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

    private static IEnumerable<ResultRow> ReadLines(TextReader draft, CancellationToken cancellationToken)
    {
        while (draft.ReadLine() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return JsonSerializer.Deserialize(line, RowJson.Instance.ResultRow)!;
        }
    }

    private static void WriteCsv(IEnumerable<ResultRow> rows, IReadOnlyList<ResultColumn> columns, WholeFile file)
    {
        Csv.WriteLine(file.Text, columns.Select(column => column.Name));
        foreach (var row in rows)
            Csv.WriteLine(file.Text, columns.Select(column => column.Text(row)));
    }

    private static void WriteFeather(IEnumerable<ResultRow> rows, IReadOnlyList<ResultColumn> columns, WholeFile file)
    {
        var output = new BufferedStream(file.Bytes, FeatherBuffer);
        var feather = new ResultFeather(columns, output);
        foreach (var row in rows)
            feather.Write(row);
        feather.Complete();
        output.Flush();
    }
}
