using System.Text;
using System.Text.Json;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>Reads tables the way the rest of the program does.</summary>
internal static class Rows
{
    /// <summary>Every row of a file as a line of JSON.</summary>
    public static List<string> Read(string path)
    {
        using var table = FeatherTable.Open(path);
        var lines = Read(table).ToList();
        Assert.Equal(table.RowCount, lines.Count);
        return lines;
    }

    /// <summary>One row as a line of JSON.</summary>
    public static string Line(ITable table, TableBatch batch, int row)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, TableJson.WriterOptions))
            TableJson.WriteRow(writer, table, batch, row);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public static IEnumerable<string> Read(ITable table)
    {
        using var bytes = new MemoryStream();
        using var writer = new Utf8JsonWriter(bytes, TableJson.WriterOptions);
        foreach (var batch in table.ReadBatches())
        {
            for (var row = 0; row < batch.Length; row++)
            {
                TableJson.WriteRow(writer, table, batch, row);
                writer.Flush();
                yield return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
                writer.Reset();
                bytes.SetLength(0);
            }
        }
    }
}
