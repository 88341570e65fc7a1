using System.Security.Cryptography;
using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Inputs;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>
/// The parameter table, opened where it lies; one in a bucket or on a web server is copied for as long as it is read.
/// </summary>
public sealed class TableSource : IDisposable
{
    private readonly InputSources _inputs;
    private readonly InputSource _copies;

    /// <summary>The file on this machine.</summary>
    private readonly string _path;

    private TableSource(InputSources inputs, InputSource copies, string path, string location)
    {
        _inputs = inputs;
        _copies = copies;
        _path = path;
        Table = FeatherTable.Open(path, SecretMask.Hide(location));
    }

    public FeatherTable Table { get; }

    /// <param name="name">A path or URL, as TASK_PARAMETER_FILENAME or --table has it.</param>
    /// <param name="projectRoot">Where relative paths start.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="TaskQueueException">
    /// There is no such table, or it cannot be read (65, 69, 74, 77, 78).
    /// </exception>
    public static async Task<TableSource> OpenAsync(string name, string projectRoot, CancellationToken cancellationToken)
    {
        var inputs = new InputSources(projectRoot);
        var copies = inputs.ForTask();
        try
        {
            var location = Resolve(name, projectRoot);
            var path = IsRemote(name) ? await CopyAsync(copies, location, cancellationToken) : location;
            return new TableSource(inputs, copies, path, location);
        }
        catch
        {
            copies.Dispose();
            inputs.Dispose();
            throw;
        }
    }

    /// <summary>Whether a table is in a bucket or on a web server.</summary>
    public static bool IsRemote(string name) => StoreUrl.Parse(name) is { Scheme: not "file" };

    /// <summary>The file that a table's name means, for one that writes it.</summary>
    /// <param name="name">A path or URL, as TASK_PARAMETER_FILENAME or --output has it.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="TaskQueueException">It is no Feather file of this machine (exit code 64).</exception>
    public static string PathForNew(string name, string folder)
    {
        var path = IsRemote(name) ? null : Resolve(name, folder);
        return Path.GetExtension(path) is ".feather" or ".arrow"
            ? path!
            : throw new TaskQueueException(
                ExitCode.Usage, $"The table would be {SecretMask.Hide(name)}; allowed: a file of this machine whose name ends with .feather.",
                next: "Name it with --output.");
    }

    /// <summary>SHA-256 of the table's bytes, lower-case hex.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            _path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    public void Dispose()
    {
        Table.Dispose();
        _copies.Dispose();
        _inputs.Dispose();
    }

    /// <summary>The absolute path or the URL; <c>.feather</c> is added when the name has no ending.</summary>
    private static string Resolve(string name, string projectRoot)
    {
        // The name of a table on a web server need not end like one.
        if (StoreUrl.Parse(name) is { Scheme: "http" or "https" })
            return name;

        if (IsRemote(name))
            return Path.HasExtension(name) ? name : name + ".feather";

        var path = StoreUrl.Parse(name)?.ToLocalPath() ?? Path.GetFullPath(name, projectRoot);
        // A name may hold a dot and still lack its ending.
        var isWhole = File.Exists(path) || Directory.Exists(path) || (Path.HasExtension(path) && !File.Exists(path + ".feather"));
        return isWhole ? path : path + ".feather";
    }

    private static async Task<string> CopyAsync(InputSource copies, string location, CancellationToken cancellationToken)
    {
        try
        {
            return await copies.DownloadAsync(location, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw TableErrors.Missing(SecretMask.Hide(location));
        }
    }
}
