using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Insert;

/// <summary>Bad input: one error of at most three lines, the documented exit code, and nothing queued.</summary>
public sealed class BadInputTests(ColumnTables tables) : IClassFixture<ColumnTables>, IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("no-value", "The table lacks a column of task echo: 'value' (double).")]
    [InlineData("wrong-type", "Column 'id' is utf8; parameter Id of task echo is long.")]
    [InlineData("null-value", "holds null, but parameter Value (double) allows none: row 1.")]
    [InlineData("null-id", "holds null, but parameter Id (long) allows none: row 1.")]
    [InlineData("repeated-id", "repeats an earlier id: row 2 ('1').")]
    public Task A_table_that_does_not_fit_the_task(string table, string what) => AssertRefusedAsync(tables[table], what);

    [Fact]
    public Task A_missing_table() => AssertRefusedAsync(_project["missing.feather"], "There is no such parameter table.");

    [Fact]
    public Task A_directory()
    {
        Directory.CreateDirectory(_project["folder.feather"]);
        return AssertRefusedAsync(_project["folder.feather"], "folder");
    }

    [Theory]
    [InlineData("empty", "", "empty")]
    [InlineData("csv", "id,value\n1,2\n", "CSV")]
    [InlineData("parquet", "PAR1\u0015\u0004\u0015PAR1", "Parquet")]
    [InlineData("feather1", "FEA1\0\0\0\0abcdefgh\0\0\0\0FEA1", "Feather")]
    [InlineData("noise", "this is not a table at all", "")]
    public async Task Another_format(string name, string content, string what)
    {
        var path = _project[$"{name}.feather"];
        await File.WriteAllBytesAsync(path, Encoding.Latin1.GetBytes(content), TestContext.Current.CancellationToken);

        await AssertRefusedAsync(path, what);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task A_truncated_table(double part)
    {
        var bytes = await File.ReadAllBytesAsync(tables["good"], TestContext.Current.CancellationToken);
        var path = _project["cut.feather"];
        await File.WriteAllBytesAsync(path, bytes[..(int)(bytes.Length * part)], TestContext.Current.CancellationToken);

        await AssertRefusedAsync(path, "");
    }

    [Theory]
    [InlineData("TASKQUEUE_PATH=fq:///proc/queue\n", ExitCode.Permission, "The queue file cannot be written")]
    [InlineData("CF_CLOUDPATH=/proc/nope\n", ExitCode.InputOutput, "a folder on its way is missing")]
    [InlineData("TASKQUEUE_PATH=kafka://queue\n", ExitCode.Configuration, "kafka://")]
    [InlineData("TQ_LEASE_SECONDS=0\n", ExitCode.Configuration, "TQ_LEASE_SECONDS")]
    [InlineData("TQ_LEASES=5\n", ExitCode.Configuration, "There is no setting TQ_LEASES.")]
    [InlineData("PLACE=a b\n", ExitCode.Configuration, "space")]
    [InlineData("PLACE=\"a\"\n", ExitCode.Configuration, "quote")]
    [InlineData("CF_CLOUDPATH=ftp://host/folder\n", ExitCode.Configuration, "ftp://")]
    public async Task A_setting_that_cannot_be(string settings, ExitCode code, string what)
    {
        _project.WriteSettings(settings);

        AssertThreeLines(await _project.RunAsync($"insert-tasks --table {tables["good"]}"), code, what);
    }

    [Theory]
    [InlineData("insert-task", "There is no verb")]
    [InlineData("insert-tasks --tables x", "has no option --tables")]
    [InlineData("insert-tasks --limit many", "--limit")]
    [InlineData("insert-tasks --set value", "--set")]
    [InlineData("insert-tasks --task nobody --table GOOD", "no task 'nobody'")]
    [InlineData("insert-tasks --set vlaue=1 --table GOOD", "no parameter 'vlaue'")]
    [InlineData("insert-tasks --set value=much --table GOOD", "which is double")]
    public async Task A_command_line_that_cannot_be(string arguments, string what) =>
        AssertThreeLines(await _project.RunAsync(arguments.Replace("GOOD", tables["good"], StringComparison.Ordinal)), ExitCode.Usage, what);

    private async Task AssertRefusedAsync(string path, string what) =>
        AssertThreeLines(await _project.RunAsync($"insert-tasks --table {path}"), ExitCode.BadInput, what);

    private void AssertThreeLines(CommandRun run, ExitCode code, string what)
    {
        Assert.Equal(code, run.Code);
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Count, 1, 3);
        Assert.Empty(run.Output);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_project["output"]));
        if (File.Exists(_project["queue"]))
            Assert.Equal(0, TaskCount());
    }

    private long TaskCount()
    {
        using var connection = TaskQueue.Queues.Files.Database.Connect(_project["queue"]);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM tasks";
        return (long)command.ExecuteScalar()!;
    }
}
