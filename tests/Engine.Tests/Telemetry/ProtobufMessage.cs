using System.Buffers.Binary;
using System.Text;

namespace TaskQueue.Tests.Telemetry;

/// <summary>A message of Protocol Buffers, read without its schema: https://protobuf.dev/programming-guides/encoding/</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var tag = ReadVarint(bytes.Span, ref at);
            var (field, number, length) = ((int)(tag >> 3), 0UL, 0);
            switch (tag & 7)
            {
                case 0:
                    number = ReadVarint(bytes.Span, ref at);
                    break;
                case 1:
                    (number, length) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), 8);
                    break;
                case 2:
                    length = (int)ReadVarint(bytes.Span, ref at);
                    break;
                case 5:
                    (number, length) = (BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), 4);
                    break;
                default:
                    throw new InvalidDataException($"There is no wire type {tag & 7}.");
            }
            _fields.Add((field, number, bytes.Slice(at, length)));
            at += length;
        }
    }

    public bool Has(int field) => _fields.Any(one => one.Field == field);

    public IEnumerable<ProtobufMessage> All(int field) => _fields.Where(one => one.Field == field).Select(one => new ProtobufMessage(one.Bytes));

    public ulong Number(int field) => _fields.FirstOrDefault(one => one.Field == field).Number;

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    public string Text(int field) => Encoding.UTF8.GetString(_fields.FirstOrDefault(one => one.Field == field).Bytes.Span);

    public string Hex(int field) => Convert.ToHexStringLower(_fields.FirstOrDefault(one => one.Field == field).Bytes.Span);

    private static ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
