using System.Buffers;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Inputs;

/// <summary>
/// The inputs of one task. Its scratch folder is made by the first download and removed by disposing.
/// </summary>
public sealed class InputSource : IInputSource, IDisposable
{
    private const int LongestFileName = 100;

    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private readonly InputSources _sources;
    private readonly Lazy<string> _scratch = new(() => Directory.CreateTempSubdirectory("taskqueue-").FullName);
    private int _downloads;

    internal InputSource(InputSources sources) => _sources = sources;

    public Task<Stream> OpenAsync(string location, CancellationToken cancellationToken = default) =>
        _sources.OpenAsync(location, cancellationToken);

    public async Task<string> DownloadAsync(string location, CancellationToken cancellationToken = default)
    {
        if (_sources.LocalPath(location) is { } local)
        {
            return File.Exists(local) ? local : throw new FileNotFoundException($"There is no input '{location}'.", local);
        }

        await using var source = await _sources.OpenAsync(location, cancellationToken);
        // Each has a folder of its own, so that two inputs may have the same file name.
        var folder = Path.Join(_scratch.Value, $"{Interlocked.Increment(ref _downloads)}");
        var path = Path.Join(Directory.CreateDirectory(folder).FullName, FileName(location));
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await source.CopyToAsync(file, cancellationToken);
        return path;
    }

    public void Dispose()
    {
        if (_scratch.IsValueCreated && Directory.Exists(_scratch.Value))
            Directory.Delete(_scratch.Value, recursive: true);
    }

    private static string FileName(string location)
    {
        var path = location.Split('?', '#')[0];
        var name = path[(path.LastIndexOf('/') + 1)..];
        var plain = string.Concat(name.Select(c => PlainCharacters.Contains(c) ? c : '_')).TrimStart('.');
        return plain.Length switch
        {
            0 => "input",
            > LongestFileName => plain[^LongestFileName..],
            _ => plain,
        };
    }
}
