using System.Globalization;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>Tables that apache-arrow and polars write, each with the lines that it must read as.</summary>
public sealed class WrittenTables : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string PathOf(string name) => _folder[name];

    /// <summary>The files that are quick to read often.</summary>
    public IEnumerable<string> SmallFiles() => Directory.EnumerateFiles(_folder.Path, "*.feather")
        .Where(file => new FileInfo(file).Length < 200_000)
        .Order(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        await Node.RunScript("tables/write-arrow.mjs", _folder.Path);
        await Node.RunScript("tables/write-polars.mjs", _folder.Path);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class WrittenTablesTests(WrittenTables tables) : IClassFixture<WrittenTables>
{
    [Theory]
    [InlineData("arrow-flat")]
    [InlineData("arrow-batches")]
    [InlineData("arrow-no-rows")]
    [InlineData("arrow-types")]
    [InlineData("polars-uncompressed")]
    [InlineData("polars-lz4")]
    [InlineData("polars-zstd")]
    [InlineData("polars-many")]
    [InlineData("polars-sorted")]
    [InlineData("polars-types")]
    public void A_table_of_another_library_reads_as_it_was_written(string name)
    {
        var expected = File.ReadAllLines(tables.PathOf($"{name}.jsonl"));

        Assert.Equal(expected, Rows.Read(tables.PathOf($"{name}.feather")));
    }

    [Fact]
    public void An_id_that_a_double_cannot_hold_is_exact()
    {
        using var table = FeatherTable.Open(tables.PathOf("polars-lz4.feather"));
        var ids = table.ReadBatches().First().Columns[0];

        Assert.True(ids.TryGetInt64(0, out var id));
        Assert.Equal(864691135000000001, id);
        Assert.StartsWith("{\"id\":864691135000000001,", Rows.Read(table).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_batch_is_handed_out_in_windows_that_follow_each_other()
    {
        using var table = FeatherTable.Open(tables.PathOf("polars-many.feather"));

        var windows = table.ReadBatches().Select(batch => (batch.FirstRow, batch.Length)).ToList();

        Assert.Equal(150_000, table.RowCount);
        Assert.True(windows.Count > 1);
        Assert.Equal(windows.Select(window => window.FirstRow + window.Length),
            [.. windows.Skip(1).Select(window => window.FirstRow), 150_000]);
    }

    [Fact]
    public void Text_is_handed_out_as_utf8()
    {
        using var table = FeatherTable.Open(tables.PathOf("polars-lz4.feather"));
        var batch = table.ReadBatches().First();

        Assert.Equal("Ørsted"u8, batch.Columns[2].GetUtf8(0));
        Assert.True(batch.Columns[2].IsNull(4));
        Assert.Throws<NotSupportedException>(() => batch.Columns[0].GetUtf8(0).Length);
    }

    [Fact]
    public async Task A_wide_table_is_exact_however_often_it_is_read()
    {
        const int RowCount = 70_000;
        const int Columns = 150;
        await Node.RunScript("tables/write-wide.mjs", tables.PathOf("wide"), $"{RowCount}", $"{Columns}");
        using var table = FeatherTable.Open(tables.PathOf("wide"));

        for (var reading = 0; reading < 2; reading++)
        {
            foreach (var batch in table.ReadBatches())
            {
                foreach (var row in (int[])[0, batch.Length / 2, batch.Length - 1])
                    Assert.Equal(Line(batch.FirstRow + row), Rows.Line(table, batch, row));
            }
        }

        static string Line(long row) => string.Create(
            CultureInfo.InvariantCulture,
            $"{{{string.Join(',', Enumerable.Range(0, Columns).Select(column => FormattableString.Invariant($"\"x{column}\":{((row * 7919) + column) % 10007 / 8.0}")))}}}");
    }
}
