using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Reports;

/// <summary>A file that appears whole under its name, or not at all; an earlier one is replaced.</summary>
internal sealed class WholeFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _content;

    /// <param name="path">Absolute.</param>
    /// <exception cref="TaskQueueException">There is no such folder (exit code 74).</exception>
    public WholeFile(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            throw Refuse($"There is no folder {folder}.", "Make it, or write to another one.");
        if (Directory.Exists(path))
            throw Refuse($"{path} is a folder.", "Give the name of a file in it.");

        _path = path;
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
        File.Move(_temporary, _path, overwrite: true);
    }

    /// <summary>Removes what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        File.Delete(_temporary);
    }

    private static TaskQueueException Refuse(string what, string next) => new(ExitCode.InputOutput, what, null, next);
}
