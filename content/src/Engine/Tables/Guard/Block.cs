namespace TaskQueue.Tables.Guard;

/// <summary>Where a message lies in the file.</summary>
/// <param name="Offset">Of its header, from the start of the file.</param>
/// <param name="HeaderLength">Bytes, padding included; the body follows.</param>
/// <param name="BodyLength">Bytes.</param>
internal readonly record struct Block(long Offset, int HeaderLength, long BodyLength)
{
    public long Body => Offset + HeaderLength;

    public long End => Body + BodyLength;
}
