using System.Buffers.Text;
using System.Security.Cryptography;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Gives the id of each row, as UTF-8. Not for two threads at once.</summary>
internal sealed class RowIds : IDisposable
{
    private const string TaskIdColumn = "task_id";

    private readonly TableBinding _binding;
    private readonly int _column;
    private readonly ColumnKind _kind;
    private readonly JsonBuffer _json = new();
    private readonly byte[] _text = new byte[128];

    /// <exception cref="TaskQueueException">The id's column is of a type that cannot be an id (exit code 65).</exception>
    public RowIds(TableBinding binding)
    {
        _binding = binding;
        _column = FindColumn(binding);
        if (_column < 0)
            return;

        var column = binding.Table.Columns[_column];
        _kind = column.Kind;
        Column = column.Name;
        if (_kind is ColumnKind.Float or ColumnKind.List or ColumnKind.Struct or ColumnKind.Binary or ColumnKind.Null)
            throw new TaskQueueException(
                ExitCode.BadInput, $"Column {Printable.Quote(column.Name)} is {column.Type} and cannot identify rows.",
                $"In table {binding.Table.Location}", $"Allowed column types: {ColumnRules.Describe([ColumnKind.Text, ColumnKind.Integer, ColumnKind.Date])}.");
    }

    /// <summary>The column that holds the ids; null when they are hashes of the parameters.</summary>
    public string? Column { get; }

    public bool IsNull(TableBatch batch, int row) => _column >= 0 && batch.Columns[_column].IsNull(row);

    /// <summary>The row's id, valid until the next call; the row's must not be null.</summary>
    public ReadOnlySpan<byte> Get(TableBatch batch, int row) => _kind switch
    {
        _ when _column < 0 => Hash(batch, row),
        ColumnKind.Text => batch.Columns[_column].GetUtf8(row),
        ColumnKind.Integer when batch.Columns[_column].TryGetInt64(row, out var number) =>
            Utf8Formatter.TryFormat(number, _text, out var length) ? _text.AsSpan(0, length) : throw new InvalidOperationException(),
        _ => Json(batch, row),
    };

    public void Dispose() => _json.Dispose();

    private static int FindColumn(TableBinding binding)
    {
        if (binding.Task.Id is { } id)
            return binding.Bound.Single(bound => bound.Parameter == id) is { Column: >= 0 } bound
                ? bound.Column
                : throw new TaskQueueException(
                    ExitCode.BadInput, $"No column fills parameter {id.Name}, which identifies the rows of task {binding.Task.Name}.",
                    $"In table {binding.Table.Location}", $"Add a column {id.Column} with a different value in each row.");

        var columns = binding.Table.Columns;
        return Enumerable.Range(0, columns.Count).Where(index => columns[index].Name == TaskIdColumn).DefaultIfEmpty(-1).First();
    }

    private ReadOnlySpan<byte> Hash(TableBatch batch, int row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_json.WriteParameters(_binding, batch, row), hash);
        Convert.TryToHexStringLower(hash[..16], _text, out var length);
        return _text.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Json(TableBatch batch, int row)
    {
        batch.Columns[_column].WriteJson(_json.Start(), row);
        return _json.End().Trim("\""u8);
    }
}
