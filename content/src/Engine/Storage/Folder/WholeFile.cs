using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Folder;

/// <summary>A file that appears whole under its name, or not at all.</summary>
internal sealed class WholeFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly bool _mayReplace;
    private readonly string _temporary;
    private readonly FileStream _content;

    /// <param name="path">Absolute. A link is followed: what it leads to is replaced.</param>
    /// <param name="mayReplace">Whether an earlier file of this name may go.</param>
    /// <exception cref="TaskQueueException">There is no such folder, or it is a device (exit code 74), or there is a file that has to stay (64).</exception>
    public WholeFile(string path, bool mayReplace = true)
    {
        if (new FileInfo(path).LinkTarget is not null)
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (IsDevice(path))
            throw Refuse($"{path} is a device.", "Give the name of a file.");
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            throw Refuse($"There is no folder {folder}.", "Make it, or write to another one.");
        if (Directory.Exists(path))
            throw Refuse($"{path} is a folder.", "Give the name of a file in it.");
        if (!mayReplace && File.Exists(path))
            throw IsThere(path);

        (_path, _mayReplace) = (path, mayReplace);
        _temporary = TemporaryFile.NewPath(folder);
        _content = TemporaryFile.Create(_temporary);
        Text = new StreamWriter(_content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
    }

    /// <summary>What the file will hold, as text.</summary>
    public StreamWriter Text { get; }

    /// <summary>What the file will hold, as bytes: for those who write no text.</summary>
    public Stream Bytes => _content;

    /// <summary>Gives the file its name.</summary>
    public async Task CommitAsync()
    {
        await Text.FlushAsync();
        _content.Flush(flushToDisk: true);
        await _content.DisposeAsync();
        if (_mayReplace)
            File.Move(_temporary, _path, overwrite: true);
        else if (!TemporaryFile.TryClaim(_temporary, _path))
            throw IsThere(_path);
    }

    /// <summary>Removes what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        File.Delete(_temporary);
    }

    /// <summary>
    /// To be replaced by a file would be the end of it, for all programs of the machine. .NET does not tell what kind of file a path
    /// names: these are the folders that have devices.
    /// </summary>
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/proc/", StringComparison.Ordinal)
            || (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal)));

    private static TaskQueueException IsThere(string path) =>
        new(ExitCode.Usage, $"{path} is there already.", null, "Write to another file, or add --replace.");

    private static TaskQueueException Refuse(string what, string next) => new(ExitCode.InputOutput, what, null, next);
}
