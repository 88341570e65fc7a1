using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>The data buffers of a view column. Only those that a window points to are in memory.</summary>
/// <remarks>
/// A sorted or filtered table points back and forth: from the first time on, what was loaded stays loaded.
/// </remarks>
internal sealed class ViewBuffers(TableInput input)
{
    private readonly BufferReader _reader = new(input);
    private readonly List<ViewBuffer> _buffers = [];
    private byte[] _spare = [];
    private bool _keepsAll;

    public byte[] this[int index] => _buffers[index].Bytes;

    /// <summary>Takes the column's data buffers out of a batch.</summary>
    public void Start(RecordBatch batch)
    {
        _buffers.ForEach(Unload);
        _buffers.Clear();
        _keepsAll = false;
        for (var count = batch.NextVariadicCount(); count > 0; count--)
        {
            batch.OpenNext(_reader);
            _buffers.Add(new ViewBuffer(_reader.Source, _reader.Length));
        }
    }

    /// <summary>Starts a new window, to which no buffer has been asked for.</summary>
    public void Forget() => _buffers.ForEach(buffer => buffer.IsAsked = false);

    /// <exception cref="InvalidDataException">There is no such part of a buffer.</exception>
    public void Ask(int index, int offset, int length)
    {
        if ((uint)index >= (uint)_buffers.Count || offset < 0 || length > _buffers[index].Length - offset)
            throw new InvalidDataException("it has a view that points outside its buffers");
        _buffers[index].IsAsked = true;
    }

    /// <summary>Loads what has been asked for, and lets go of the rest.</summary>
    public void Load()
    {
        foreach (var buffer in _buffers)
        {
            if (!buffer.IsAsked && !_keepsAll)
                Unload(buffer);
        }

        foreach (var buffer in _buffers)
        {
            if (buffer.IsAsked && !buffer.IsLoaded)
                Load(buffer);
        }
    }

    private void Load(ViewBuffer buffer)
    {
        _keepsAll |= buffer.WasLoaded;
        _reader.Open(buffer.Source);
        (buffer.Bytes, _spare) = (_spare, []);
        input.Budget.Grow(ref buffer.Bytes, buffer.Length);
        _reader.Read(buffer.Bytes.AsSpan(0, (int)buffer.Length));
        buffer.IsLoaded = buffer.WasLoaded = true;
    }

    private void Unload(ViewBuffer buffer)
    {
        if (!buffer.IsLoaded)
            return;
        buffer.IsLoaded = false;
        input.Budget.Return(ref _spare);
        (_spare, buffer.Bytes) = (buffer.Bytes, []);
    }

    private sealed class ViewBuffer(PackedBuffer source, long length)
    {
        public byte[] Bytes = [];

        public PackedBuffer Source => source;

        public long Length => length;

        public bool IsAsked { get; set; }

        public bool IsLoaded { get; set; }

        public bool WasLoaded { get; set; }
    }
}
