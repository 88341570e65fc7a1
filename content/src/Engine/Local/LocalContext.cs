using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Storage.Inputs;

namespace TaskQueue.Local;

/// <summary>A context for calling RunTask from a test: real inputs of the project, and an output folder that is removed afterwards.</summary>
public sealed class LocalContext : IDisposable
{
    private readonly InputSources _sources;
    private readonly InputSource _inputs;
    private readonly string _output = Directory.CreateTempSubdirectory("taskqueue-").FullName;

    private LocalContext(string rowId, string projectRoot)
    {
        _sources = new InputSources(projectRoot);
        _inputs = _sources.ForTask();
        Task = new TaskContext { RowId = rowId, Inputs = _inputs, Output = new OutputStore(new FolderStore(_output)), ProjectRoot = projectRoot };
    }

    /// <summary>What RunTask is given.</summary>
    public TaskContext Task { get; }

    /// <param name="rowId">The row's id.</param>
    /// <param name="projectRoot">Where relative input paths start; found above the running program when it is null.</param>
    public static LocalContext Create(string rowId = "test", string? projectRoot = null) =>
        new(rowId, projectRoot ?? ProjectFolder.Find(AppContext.BaseDirectory, envFile: null, isConfigured: false));

    public void Dispose()
    {
        _inputs.Dispose();
        _sources.Dispose();
        Directory.Delete(_output, recursive: true);
    }
}
