using TaskQueue.Tables.Arrow;

namespace TaskQueue.Tables.Writing;

/// <summary>Makes the flatbuffers of a file.</summary>
internal static class SchemaWriter
{
    public const byte SchemaMessage = 1;
    public const byte BatchMessage = 3;
    private const short Version5 = 4;
    private const short DoublePrecision = 2;
    private const short Days = 0;
    private const short Microseconds = 2;

    public static FlatRecord Field(FeatherColumn column)
    {
        var (id, type) = column.Kind switch
        {
            ColumnKind.Integer => (ArrowTypeId.Int, new FlatRecord().Set(0, 64).Set(1, true)),
            ColumnKind.Float => (ArrowTypeId.FloatingPoint, new FlatRecord().Set(0, DoublePrecision)),
            ColumnKind.Boolean => (ArrowTypeId.Bool, new FlatRecord()),
            ColumnKind.Text => (ArrowTypeId.Utf8, new FlatRecord()),
            ColumnKind.Date => (ArrowTypeId.Date, new FlatRecord().Set(0, Days)),
            ColumnKind.Timestamp when column.HasZone =>
                (ArrowTypeId.Timestamp, new FlatRecord().Set(0, Microseconds).Set(1, "UTC")),
            ColumnKind.Timestamp => (ArrowTypeId.Timestamp, new FlatRecord().Set(0, Microseconds)),
            _ => throw new NotSupportedException($"Columns of kind {column.Kind} are not written."),
        };
        return new FlatRecord().Set(0, column.Name).Set(1, true).Set(2, (byte)id).Set(3, type).Set(5, []);
    }

    public static FlatRecord Schema(IEnumerable<FlatRecord> fields) => new FlatRecord().Set(0, (short)0).Set(1, fields);

    /// <param name="rows">Rows.</param>
    /// <param name="nodes">Length and number of nulls of each column.</param>
    /// <param name="buffers">Offset and length of each buffer.</param>
    public static FlatRecord Batch(long rows, ReadOnlySpan<long> nodes, ReadOnlySpan<long> buffers) => new FlatRecord()
        .Set(0, rows)
        .Set(1, nodes, perStruct: 2)
        .Set(2, buffers, perStruct: 2)
        .Set(3, new FlatRecord().Set(0, (byte)0).Set(1, (byte)0));

    public static byte[] Message(byte type, FlatRecord header, long bodyLength) =>
        new FlatRecord().Set(0, Version5).Set(1, type).Set(2, header).Set(3, bodyLength).ToBytes();

    /// <param name="schema">The schema, which the file begins with too.</param>
    /// <param name="blocks">Offset, header length and body length of each batch.</param>
    public static byte[] Footer(FlatRecord schema, ReadOnlySpan<long> blocks) =>
        new FlatRecord()
            .Set(0, Version5)
            .Set(1, schema)
            .Set(2, [], perStruct: 3)
            .Set(3, blocks, perStruct: 3)
            .ToBytes();
}
