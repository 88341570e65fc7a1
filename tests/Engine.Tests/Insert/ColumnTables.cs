using System.Text.Json;

namespace TaskQueue.Tests.Insert;

/// <summary>Feather files that apache-arrow writes for the tests of insert-tasks; made once.</summary>
public sealed class ColumnTables : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string this[string name] => _folder[$"{name}.feather"];

    public async ValueTask InitializeAsync()
    {
        (string Name, TestColumn[] Columns)[] tables =
        [
            ("good", [Column("id", "int64", 864691135000000001, 864691135000000002, 864691135000000003), Column("value", "float64", 0.5, 1.5, 2.5)]),
            ("more", [Column("id", "int64", 864691135000000003, 864691135000000004), Column("value", "float64", 2.5, 3.5)]),
            ("no-value", [Column("id", "int64", 1, 2)]),
            ("wrong-type", [Column("id", "utf8", "1", "2"), Column("value", "float64", 0, 0)]),
            ("null-value", [Column("id", "int64", 1, 2), Column("value", "float64", 0, null)]),
            ("null-id", [Column("id", "int64", 1, null), Column("value", "float64", 0, 0)]),
            ("repeated-id", [Column("id", "int64", 1, 2, 1), Column("value", "float64", 0, 0, 0)]),
            ("no-rows", [Column("id", "int64"), Column("value", "float64")]),
        ];
        await WriteAsync(tables);
    }

    public async Task WriteAsync(params (string Name, TestColumn[] Columns)[] tables)
    {
        var list = tables.Select(table => new { path = this[table.Name], columns = table.Columns });
        await File.WriteAllTextAsync(_folder["tables.json"], JsonSerializer.Serialize(list, JsonSerializerOptions.Web));
        await Node.RunScript("tables/write-columns.mjs", _folder["tables.json"]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whole numbers travel as texts: JavaScript would round them.</summary>
    public static TestColumn Column(string name, string type, params object?[] values) =>
        new(name, type, [.. values.Select(value => value is long or ulong ? $"{value}" : value)]);
}

/// <param name="Name">In the schema.</param>
/// <param name="Type">As write-columns.mjs names them.</param>
/// <param name="Values">One a row.</param>
public sealed record TestColumn(string Name, string Type, IReadOnlyList<object?> Values);
