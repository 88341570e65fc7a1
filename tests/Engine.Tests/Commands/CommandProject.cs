using System.Text;
using System.Text.Json;
using TaskQueue.Commands;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Storage;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Commands;

/// <summary>A project folder with the sample program's table, and its verbs run inside the test.</summary>
internal sealed class CommandProject : IDisposable
{
    public const string Task = "echo";

    private readonly TemporaryFolder _folder = new();

    public CommandProject()
    {
        Directory.CreateDirectory(_folder["config"]);
        File.Copy(Path.Join(Repository.Root, "tests", "SampleProgram", "tasks.feather"), _folder["tasks.feather"]);
    }

    public string Root => _folder.Path;

    public string this[string name] => _folder[name];

    public RecordStore Records => new(StoreKinds.Open("output", Root));

    public void Dispose() => _folder.Dispose();

    public void WriteSettings(string text) => File.WriteAllText(_folder["config/task.env"], text);

    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Separated by spaces.</param>
    /// <param name="answer">What a person at the terminal types; null when there is nobody.</param>
    public async Task<CommandRun> RunAsync(string arguments, string? answer = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(answer ?? "");
        var terminal = new Terminal(output, error, input, Root) { IsInteractive = answer is not null };
        var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var code = await TaskQueueProgram.RunAsync(words, typeof(SampleProgram.EchoTask).Assembly, null, terminal);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Reads the record of the project's only run.</summary>
    public async Task<RunRecord> ReadRunAsync() =>
        Assert.Single(await Records.Runs.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

    public Task ParkAsync(params (string Id, string? Error)[] tasks) => ParkAsync(null, tasks);

    /// <summary>Queues tasks and parks them as failed, with a record of the failure when there is an error.</summary>
    public async Task ParkAsync(string? run, params (string Id, string? Error)[] tasks)
    {
        await using var queue = (ILeaseQueue)QueueKinds.Open("fq://queue", Root);
        var stop = TestContext.Current.CancellationToken;
        var messages = tasks.Select(task => new QueuedMessage(
            Task, Encoding.UTF8.GetBytes(task.Id), JsonSerializer.SerializeToUtf8Bytes(new { v = 1, id = task.Id, task = Task, run }), run));
        await queue.InsertAsync(messages, _ => { }, stop);
        foreach (var lease in await queue.LeaseAsync(1000, TimeSpan.FromMinutes(1), stop))
        {
            var task = tasks.FirstOrDefault(task => task.Id == MessageKey.Of(lease.Body.Span).Id);
            if (task.Id is null)
                await queue.GiveBackAsync([lease], TimeSpan.Zero, refund: true);
            else
                await queue.ParkAsync(lease, task.Error ?? "parked by a test");
        }

        foreach (var (id, error) in tasks.Where(task => task.Error is not null))
            await Records.Failed.WriteAsync(TestRecords.Failed(id, error!) with { Run = run }, stop);
    }
}

/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandRun(ExitCode Code, string Output, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.TrimEnd().Split('\n');

    public IReadOnlyList<string> OutputLines => Output.TrimEnd().Split('\n');
}
