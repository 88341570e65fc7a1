using TaskQueue.Contracts;
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

    private TableSource(InputSources inputs, InputSource copies, string path, FeatherTable table)
    {
        _inputs = inputs;
        _copies = copies;
        Path = path;
        Table = table;
    }

    /// <summary>The file on this machine.</summary>
    public string Path { get; }

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
            var location = TablePath.Resolve(name, projectRoot);
            var path = TablePath.IsRemote(name) ? await CopyAsync(copies, location, cancellationToken) : location;
            return new TableSource(inputs, copies, path, FeatherTable.Open(path, location));
        }
        catch
        {
            copies.Dispose();
            inputs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Table.Dispose();
        _copies.Dispose();
        _inputs.Dispose();
    }

    private static async Task<string> CopyAsync(InputSource copies, string location, CancellationToken cancellationToken)
    {
        try
        {
            return await copies.DownloadAsync(location, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw TableErrors.Missing(location);
        }
    }
}
