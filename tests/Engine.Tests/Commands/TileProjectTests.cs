using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Storage;
using TaskQueue.Tables;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Commands;

/// <summary>What users write most: a filter over their own outputs, outputs as the only marker, services in constructors.</summary>
public sealed class TileProjectTests(RabbitServer rabbit, Emulators emulators) : IDisposable
{
    private readonly TemporaryFolder _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(TestsOnAllQueues.FileOrKinds), MemberType = typeof(TestsOnAllQueues))]
    public async Task Rows_with_an_output_are_left_out_and_the_rest_is_run_recorded_and_shown(string kind)
    {
        await WriteProjectAsync(kind, "TASK_RECORDS=all");

        var run = await RunAsync("$P insert-tasks && $P worker --exit-when-empty && $P status && $P failed && $P results");

        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("Queued 4 of 5 rows of tasks.feather", run.Output);
        Assert.Contains("(1 is done)", run.Output);
        Assert.Contains("done     3 of 4\nfailed   1 (see", run.Output);
        Assert.Contains("InvalidDataException: Tile 4 was told to fail.", run.Output);
        AssertOutputs(("1", "30"), ("2", "earlier"), ("3", "90"), ("5", "150"));

        var results = run.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("result")).ToList();
        Assert.Equal([30, 90, 150], results.Select(result => result.GetProperty("scaled").GetInt32()).Order());
        Assert.Single(results.Select(result => result.GetProperty("instance").GetGuid()).Distinct());
    }

    [Theory]
    [MemberData(nameof(TestsOnAllQueues.FileOrKinds), MemberType = typeof(TestsOnAllQueues))]
    public async Task Where_outputs_are_the_only_marker_a_row_runs_again_once_its_output_is_gone(string kind)
    {
        await WriteProjectAsync(kind, "TASK_RECORDS=failed");

        var first = await RunAsync("$P insert-tasks && $P worker --exit-when-empty && $P status && $P failed --json");

        Assert.True(first.Code == 0, first.Error);
        Assert.Contains("done     3 of 4, as counted by the workers", first.Output);
        Assert.Contains("Tile 4 was told to fail.", first.Output);
        AssertOutputs(("1", "30"), ("2", "earlier"), ("3", "90"), ("5", "150"));
        Assert.Empty(await Records.ReadDoneAsync("tile", cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal("4", Assert.Single(await Records.Failed.ReadAsync("tile", Stop).ToListAsync(Stop)).Id);

        File.Delete(_project["output/3.txt"]);
        await WriteTableAsync(failing: false);
        var second = await RunAsync("$P purge --yes && $P insert-tasks && $P worker --exit-when-empty && $P insert-tasks");

        Assert.True(second.Code == 0, second.Error);
        Assert.Contains("Queued 2 of 5 rows", second.Output);
        Assert.Contains("No tasks to insert! 5 of 5 rows are done.", second.Output);
        AssertOutputs(("1", "30"), ("2", "earlier"), ("3", "90"), ("4", "120"), ("5", "150"));
        Assert.Empty(await Records.Failed.ReadAsync("tile", Stop).ToListAsync(Stop));
    }

    /// <summary>A listing that fails is no sign that nothing is done.</summary>
    [Fact]
    public async Task A_filter_that_cannot_list_the_outputs_stops_the_insert()
    {
        await WriteProjectAsync("fq", "CF_CLOUDPATH=tasks.feather");

        var run = await RunAsync("$P insert-tasks; echo $?; $P status --json");

        Assert.DoesNotContain("Queued", run.Output);
        Assert.DoesNotContain("\n0\n", "\n" + run.Output);
    }

    private RecordStore Records => new(StoreKinds.Open("output", _project.Path));

    private async Task WriteProjectAsync(string kind, params string[] settings)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        Directory.CreateDirectory(_project["config"]);
        Directory.CreateDirectory(_project["output"]);
        await File.WriteAllLinesAsync(_project["config/task.env"], ["TQ_MAX_ATTEMPTS=1", .. queue.Settings, .. settings], Stop);
        await File.WriteAllTextAsync(_project["output/2.txt"], "earlier", Stop);
        await WriteTableAsync(failing: true);
    }

    /// <summary>Five rows, of which the fourth may fail.</summary>
    private async Task WriteTableAsync(bool failing)
    {
        await using var file = File.Create(_project["tasks.feather"]);
        var writer = new FeatherWriter(
            file, [new("root_id", ColumnKind.Integer), new("value", ColumnKind.Integer), new("fails", ColumnKind.Boolean)]);
        for (var row = 1L; row <= 5; row++)
        {
            writer.Add(0, row);
            writer.Add(1, row * 10);
            writer.Add(2, failing && row == 4);
            writer.EndRow();
        }

        writer.Complete();
    }

    private void AssertOutputs(params (string Name, string Text)[] expected) => Assert.Equal(
        expected,
        Directory.GetFiles(_project["output"]).Order(StringComparer.Ordinal).Select(path => (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))));

    private Task<(int Code, string Output, string Error)> RunAsync(string script) => BuiltProgram.ShellAsync(_project.Path, script, "TileProgram");
}
