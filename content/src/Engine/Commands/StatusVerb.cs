using System.CommandLine;
using System.Text.Json;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class StatusVerb : Verb
{
    private readonly Option<bool> _json = VerbOption.Switch("--json", "the same numbers as JSON");

    public StatusVerb() : base("status", VerbGroup.Inspect, "how much is queued, running, done and failed") => Declare(_json);

    public override string About => """
        Queued, running and failed tasks are counted by the queue, done ones by their records. The rate is what the
        workers reported in the last half minute.
        """;

    public override IReadOnlyList<Example> Examples => [new("status"), new("status --json", "for scripts")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var reader = new StatusReader(
            invocation.Settings, invocation.FindTasks(), queue, invocation.OpenRecords(), TimeProvider.System);
        var status = await reader.ReadAsync(cancellationToken);

        if (invocation.Get(_json))
            invocation.Terminal.Out.WriteLine(JsonSerializer.Serialize(status, ReportJson.Whole.Status));
        else
            StatusText.Write(status, invocation.Settings.RecordsSuccesses, invocation.Terminal.Out);

        return ExitCode.Done;
    }
}
