using System.Text;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Reports;

/// <summary>Writes results as a Feather file.</summary>
internal sealed class ResultFeather
{
    private readonly IReadOnlyList<ResultColumn> _columns;
    private readonly FeatherWriter _writer;

    public ResultFeather(IReadOnlyList<ResultColumn> columns, Stream output)
    {
        _columns = columns;
        _writer = new FeatherWriter(output, columns.Select(Describe));
    }

    public void Write(ResultRow row)
    {
        for (var index = 0; index < _columns.Count; index++)
            Add(index, _columns[index].Value(row));
        _writer.EndRow();
    }

    public void Complete() => _writer.Complete();

    private void Add(int column, object? value)
    {
        switch (value)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null }:
                _writer.AddNull(column);
                break;
            case JsonElement json:
                Add(column, json);
                break;
            case long number:
                _writer.Add(column, number);
                break;
            case double number:
                _writer.Add(column, number);
                break;
            case DateTimeOffset time:
                _writer.Add(column, time);
                break;
            default:
                _writer.Add(column, Encoding.UTF8.GetBytes((string)value));
                break;
        }
    }

    private void Add(int column, JsonElement value)
    {
        switch (_columns[column].Kind)
        {
            case ResultKind.Boolean:
                _writer.Add(column, value.GetBoolean());
                break;
            case ResultKind.Integer:
                _writer.Add(column, value.GetInt64());
                break;
            case ResultKind.Float:
                _writer.Add(column, ResultValue.GetDouble(value));
                break;
            case ResultKind.Date when ResultValue.TryGetDate(value, out var date):
                _writer.Add(column, date);
                break;
            case ResultKind.LocalTime or ResultKind.Instant when ResultValue.TryGetTime(value, out var time, out _):
                _writer.Add(column, time);
                break;
            default:
                _writer.Add(column, Encoding.UTF8.GetBytes(ResultValue.Text(value)!));
                break;
        }
    }

    private static FeatherColumn Describe(ResultColumn column) => column.Kind switch
    {
        ResultKind.Boolean => new(column.Name, ColumnKind.Boolean),
        ResultKind.Integer => new(column.Name, ColumnKind.Integer),
        ResultKind.Float => new(column.Name, ColumnKind.Float),
        ResultKind.Date => new(column.Name, ColumnKind.Date),
        ResultKind.LocalTime => new(column.Name, ColumnKind.Timestamp, HasZone: false),
        ResultKind.Instant => new(column.Name, ColumnKind.Timestamp),
        _ => new(column.Name, ColumnKind.Text),
    };
}
