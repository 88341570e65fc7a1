using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using TaskQueue.Contracts;

namespace TaskQueue.Tables;

/// <summary>
/// Memory in a temporary file that is mapped: the system may write it to the disk, so that it counts for little where
/// memory is short. The file's room is taken at once, so that a full disk is an error here and no signal later.
/// </summary>
/// <remarks>The one place with unsafe code: a span over a mapped file cannot be had without.</remarks>
internal sealed unsafe class MappedMemory : MemoryManager<byte>
{
    /// <summary>MADV_DONTNEED of madvise(2): the pages of a shared mapping stay in its file, and come back when they are touched.</summary>
    private const int NotNeeded = 4;

    /// <summary>Found in the C library of the process, under any name; null elsewhere.</summary>
    private static readonly delegate* unmanaged<byte*, nuint, int, int> Advise =
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var advise)
            ? (delegate* unmanaged<byte*, nuint, int, int>)advise
            : null;

    private readonly FileStream _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;
    private bool _isClosed;

    /// <exception cref="TaskQueueException">There is no room, or no right to take it (exit code 74).</exception>
    public MappedMemory(int length)
    {
        _length = length;
        try
        {
            _file = Create(length);
            _map = MemoryMappedFile.CreateFromFile(
                _file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            _view = _map.CreateViewAccessor(0, length);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _map?.Dispose();
            _file?.Dispose();
            throw TableErrors.NoTemporaryRoom(length, failure);
        }
    }

    public override Span<byte> GetSpan() =>
        _isClosed ? throw new ObjectDisposedException(nameof(MappedMemory)) : new Span<byte>(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex, pinnable: this);

    public override void Unpin() { }

    /// <summary>Takes the pages out of this process. Their content stays, and each page comes back when it is touched.</summary>
    public void LetPagesGo()
    {
        // It is advice: where the system takes none, the pages stay.
        if (Advise is not null && !_isClosed)
            _ = Advise(_start, (nuint)_length, NotNeeded);
    }

    protected override void Dispose(bool disposing)
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    private static FileStream Create(int length)
    {
        var path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            PreallocationSize = length,
        });
        // Where a file may be removed while it is open, a killed process leaves none.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
