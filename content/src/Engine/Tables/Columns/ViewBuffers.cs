using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>The data buffers of a view column. Only those that a window points to are in memory.</summary>
/// <remarks>A sorted or filtered table points back and forth: from the first time on, what was loaded stays loaded.</remarks>
internal sealed class ViewBuffers(TableInput input)
{
    readonly BufferReader reader = new(input);
    readonly List<ViewBuffer> buffers = [];
    byte[] spare = [];
    bool keepsAll;

    public byte[] this[int index] => buffers[index].Bytes;

    /// <summary>Takes the column's data buffers out of a batch.</summary>
    public void Start(RecordBatch batch)
    {
        buffers.ForEach(Unload);
        buffers.Clear();
        keepsAll = false;
        for (var count = batch.NextVariadicCount(); count > 0; count--)
        {
            batch.OpenNext(reader);
            buffers.Add(new ViewBuffer(reader.Source, reader.Length));
        }
    }

    /// <summary>Starts a new window, to which no buffer has been asked for.</summary>
    public void Forget() => buffers.ForEach(buffer => buffer.IsAsked = false);

    /// <exception cref="InvalidDataException">There is no such part of a buffer.</exception>
    public void Ask(int index, int offset, int length)
    {
        if ((uint)index >= (uint)buffers.Count || offset < 0 || length > buffers[index].Length - offset)
            throw new InvalidDataException("it has a view that points outside its buffers");
        buffers[index].IsAsked = true;
    }

    /// <summary>Loads what has been asked for, and lets go of the rest.</summary>
    public void Load()
    {
        foreach (var buffer in buffers)
        {
            if (!buffer.IsAsked && !keepsAll)
                Unload(buffer);
        }

        foreach (var buffer in buffers)
        {
            if (buffer.IsAsked && !buffer.IsLoaded)
                Load(buffer);
        }
    }

    void Load(ViewBuffer buffer)
    {
        keepsAll |= buffer.WasLoaded;
        reader.Open(buffer.Source);
        (buffer.Bytes, spare) = (spare, []);
        input.Budget.Grow(ref buffer.Bytes, buffer.Length);
        reader.Read(buffer.Bytes.AsSpan(0, (int)buffer.Length));
        buffer.IsLoaded = buffer.WasLoaded = true;
    }

    void Unload(ViewBuffer buffer)
    {
        if (!buffer.IsLoaded)
            return;
        buffer.IsLoaded = false;
        input.Budget.Return(ref spare);
        (spare, buffer.Bytes) = (buffer.Bytes, []);
    }

    sealed class ViewBuffer(PackedBuffer source, long length)
    {
        public byte[] Bytes = [];

        public PackedBuffer Source => source;

        public long Length => length;

        public bool IsAsked { get; set; }

        public bool IsLoaded { get; set; }

        public bool WasLoaded { get; set; }
    }
}
