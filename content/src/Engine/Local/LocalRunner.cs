using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Worker;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Local;

/// <summary>Runs rows of a table in this process, without a queue: one attempt each.</summary>
public static class LocalRunner
{
    /// <param name="settings">Checked settings.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="atOnce">How many of them at once.</param>
    /// <param name="isRecorded">Whether it is kept how they ended, as a worker keeps it: then they are done.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="services">Logging, and what the constructors of the tasks ask for; completed here.</param>
    /// <param name="selected">Told how many rows were chosen.</param>
    /// <param name="cancellationToken">Cancels the running tasks.</param>
    /// <returns>The rows in the order in which they ended.</returns>
    /// <exception cref="TaskQueueException">The table is unsound (65), or the store cannot be used.</exception>
    public static async IAsyncEnumerable<LocalResult> RunAsync(
        TaskQueueSettings settings, RowChoice rows, int atOnce, bool isRecorded, Assembly tasks, IServiceCollection services,
        Action<Selection> selected, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var catalog = new TaskCatalog(tasks);
        var named = rows.Task is { } name ? catalog.Select(name) : null;
        using var source = await TableSource.OpenAsync(
            rows.Table ?? settings.ParameterFilename, settings.ProjectRoot, cancellationToken);
        var task = named ?? catalog.SelectFor(source.Table, rows.Given);
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        using var trial = isRecorded ? null : new TrialFolder();
        var records = new RecordStore(trial is null ? store : StoreKinds.Open(trial.Path, settings.ProjectRoot));
        await records.PrepareAsync(cancellationToken);
        services.AddExecutor(settings with { Concurrency = atOnce }, catalog, store, records, catalog.Build);
        await using var provider = services.BuildServiceProvider();

        var selection = await new RowSelector(settings, new RecordStore(store), provider).SelectAsync(
            task, source.Table, rows, again: null, limit: null, _ => { }, cancellationToken);
        selected(selection);

        var executor = provider.GetRequiredService<TaskExecutor>();
        var messages = selection.ReadMessages(new MessageOrigin("local", catalog.Build, MayRepeat: false, Again: false), cancellationToken);
        using var stopping = cancellationToken.UnsafeRegister(
            static lifetime => ((WorkerLifetime)lifetime!).DrainWithin(TimeSpan.Zero), provider.GetRequiredService<WorkerLifetime>());
        var hooks = provider.GetRequiredService<WorkerHooks>();
        await hooks.StartAsync(cancellationToken);
        try
        {
            await foreach (var result in RunAllAsync(messages, atOnce, RunOneAsync, cancellationToken))
                yield return result;
        }
        finally
        {
            await provider.GetRequiredService<JournalWriter>().CompleteAsync();
            await hooks.StopAsync(CancellationToken.None);
        }

        async Task<LocalResult> RunOneAsync(QueuedMessage queued)
        {
            var message = JsonSerializer.Deserialize<TaskMessage>(queued.Body.Span, JsonSerializerOptions.Web)!;
            var delivery = new Delivery();
            await executor.RunAsync(message, delivery);
            return new LocalResult(message.Row ?? -1, message.Id, await delivery.Report!);
        }
    }

    private static async IAsyncEnumerable<LocalResult> RunAllAsync(
        IEnumerable<QueuedMessage> messages, int atOnce, Func<QueuedMessage, Task<LocalResult>> run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var results = Channel.CreateBounded<LocalResult>(atOnce);
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        var running = Task.Run(
            async () =>
            {
                try
                {
                    await Parallel.ForEachAsync(messages, options, async (message, _) =>
                        await results.Writer.WriteAsync(await run(message), CancellationToken.None));
                    results.Writer.Complete();
                }
                catch (Exception e)
                {
                    results.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        await foreach (var result in results.Reader.ReadAllAsync(CancellationToken.None))
            yield return result;
        await running;
    }

    /// <summary>Where a trial's records lie until it ends.</summary>
    private sealed class TrialFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("run-local-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>There is no queue that could give the row to somebody else.</summary>
    private sealed class Delivery : ITaskDelivery
    {
        public int? Attempt => 1;

        public bool IsRepeat => false;

        public bool IsOnly => true;

        public CancellationToken Lost => CancellationToken.None;

        public Task<TaskReport>? Report { get; set; }

        public bool IsStillHeld() => true;
    }
}

/// <summary>How one row ended.</summary>
/// <param name="Row">Row of the table, from 0.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Report">Its result, or what it threw.</param>
public sealed record LocalResult(long Row, string Id, TaskReport Report);
