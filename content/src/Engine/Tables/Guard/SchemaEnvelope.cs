using System.Buffers.Binary;

namespace TaskQueue.Tables.Guard;

/// <summary>
/// Makes the message that a stream begins with out of a file's footer, so that Apache.Arrow reads the very schema that
/// was checked. A flatbuffer's offsets are relative: a table of its own before the footer can point into it.
/// </summary>
internal static class SchemaEnvelope
{
    private const int PrefixLength = 8;
    private const int WrapperLength = 32;
    private const int VtableAt = 4;
    private const int TableAt = 16;
    private const int HeaderAt = TableAt + 4;
    private const int VersionAt = TableAt + 8;
    private const int TypeAt = TableAt + 10;
    private const int TableEnd = TableAt + 12;
    private const short Version5 = 4;
    private const byte SchemaType = 1;

    /// <param name="footer">A footer that was checked.</param>
    /// <param name="schema">Where its schema stands.</param>
    public static byte[] Wrap(byte[] footer, int schema)
    {
        var message = new byte[PrefixLength + WrapperLength + footer.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, -1);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), message.Length - PrefixLength);
        WriteTable(message.AsSpan(PrefixLength), WrapperLength + schema);
        footer.CopyTo(message, PrefixLength + WrapperLength);
        return message;
    }

    /// <summary>Version, type and header, and where to find them.</summary>
    private static void WriteTable(Span<byte> buffer, int schema)
    {
        ReadOnlySpan<short> vtable =
            [10, TableEnd - TableAt, VersionAt - TableAt, TypeAt - TableAt, HeaderAt - TableAt];
        for (var index = 0; index < vtable.Length; index++)
            BinaryPrimitives.WriteInt16LittleEndian(buffer[(VtableAt + (2 * index))..], vtable[index]);
        BinaryPrimitives.WriteInt32LittleEndian(buffer, TableAt);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[TableAt..], TableAt - VtableAt);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[HeaderAt..], schema - HeaderAt);
        BinaryPrimitives.WriteInt16LittleEndian(buffer[VersionAt..], Version5);
        buffer[TypeAt] = SchemaType;
    }
}
