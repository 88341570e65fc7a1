using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

public sealed class QueueVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Insert_tasks_queues_every_row_once()
    {
        var first = await _project.RunAsync("insert-tasks");
        var second = await _project.RunAsync("insert-tasks");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (first.Code, second.Code));
        Assert.Contains("Inserting 12/12 tasks\n", first.Error);
        Assert.StartsWith("Queued 12 of 12 rows of tasks.feather in fq://", first.Output);
        Assert.StartsWith("Queued 0 of 12 rows", second.Output);
        Assert.EndsWith("(12 were queued already in other runs).\n", second.Output);
        Assert.Equal(12, await NumberAsync("queued"));
    }

    [Fact]
    public async Task Rows_that_are_done_are_not_queued_again()
    {
        for (var row = 1; row <= 12; row++)
            await _project.Records.WriteDoneAsync(TestRecords.Done($"{864691135000000000 + row}"));

        var run = await _project.RunAsync("insert-tasks");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Equal("No tasks to insert! 12 of 12 rows are done.\n", run.Output);
    }

    [Fact]
    public async Task A_dry_run_shows_messages_and_queues_nothing()
    {
        var run = await _project.RunAsync("insert-tasks --dry-run --limit 2 --skip 3 --set value=7");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.StartsWith("Would queue 2 of 12 rows", run.Output);
        var message = JsonDocument.Parse(run.OutputLines[2]).RootElement;
        Assert.Equal("864691135000000004", message.GetProperty("id").GetString());
        Assert.Equal(7, message.GetProperty("parameters").GetProperty("value").GetInt32());
        Assert.False(File.Exists(_project["queue"]));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("failed")]
    [InlineData("requeue --all")]
    [InlineData("release")]
    [InlineData("purge --yes")]
    [InlineData("delete-queue --yes")]
    [InlineData("move-queue --to fq://saved")]
    public async Task A_verb_that_finds_no_queue_says_so_and_makes_none(string verb)
    {
        var run = await _project.RunAsync(verb);

        Assert.Equal((ExitCode.Unavailable, ""), (run.Code, run.Output));
        Assert.Equal(
            ["error: There is no queue file.", $"  At {_project["queue"]}", "  insert-tasks and check --create make it. If it should be there, correct TASKQUEUE_PATH."],
            run.ErrorLines);
        Assert.Empty(Directory.GetFiles(_project.Root, "queue*"));
        Assert.False(File.Exists(_project["saved"]));
    }

    [Fact]
    public async Task Check_makes_a_queue_when_it_is_asked_to()
    {
        var before = await _project.RunAsync("check");
        var create = await _project.RunAsync("check --create");
        var after = await _project.RunAsync("check");

        Assert.Equal((ExitCode.Unavailable, ExitCode.Done, ExitCode.Done), (before.Code, create.Code, after.Code));
        Assert.Contains("queue     problem  There is no queue file.", before.Output);
    }

    [Fact]
    public async Task A_queue_in_a_folder_named_tilde_is_refused()
    {
        var run = await _project.RunAsync("move-queue --from fq://~/a --to fq://b");

        Assert.Equal(ExitCode.Configuration, run.Code);
        Assert.False(Directory.Exists(_project["~"]));
    }

    [Theory]
    [InlineData("--set value", "A --set is no NAME=VALUE.")]
    [InlineData("--set =1", "A --set is no NAME=VALUE.")]
    [InlineData("--set value=1 --set value=2", "--set gives value twice.")]
    [InlineData("--limit 0", "--limit is \"0\"; allowed: a whole number from 1.")]
    public async Task A_wrong_option_of_insert_tasks_is_refused(string options, string what)
    {
        var run = await _project.RunAsync($"insert-tasks {options}");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"error: {what}", run.ErrorLines[0]);
    }

    [Fact]
    public async Task Failed_groups_by_error_with_the_commonest_first()
    {
        await _project.ParkAsync(
            ("a", "No band 'nir' in tile 7."), ("b", "Out of reach."), ("c", "No band 'red' in tile 12."), ("d", null));

        var text = await _project.RunAsync("failed");
        var json = JsonDocument.Parse((await _project.RunAsync("failed --json")).Output).RootElement;

        Assert.Equal("4 tasks failed.", text.OutputLines[0]);
        Assert.Equal("      2  InvalidDataException: No band … in tile ….", text.OutputLines[3]);
        Assert.Contains("dotnet run requeue --all", text.Error);
        Assert.Equal(4, json.GetProperty("count").GetInt32());
        Assert.Equal(2, json.GetProperty("groups")[0].GetProperty("count").GetInt32());
        Assert.Contains(json.GetProperty("tasks").EnumerateArray(), task =>
            task.GetProperty("id").GetString() == "d" && task.GetProperty("error").GetString() == "parked by a test");
    }

    [Fact]
    public async Task Failed_lists_no_more_than_asked_for()
    {
        await _project.ParkAsync(("a", "x"), ("b", "x"), ("c", "x"));

        var run = await _project.RunAsync("failed --limit 2");

        Assert.EndsWith("  and 1 more; see --limit and --json\n", run.Output);
    }

    [Fact]
    public async Task Without_failures_failed_says_so()
    {
        await _project.RunAsync("check --create");

        var run = await _project.RunAsync("failed");

        Assert.Equal((ExitCode.Done, "No task has failed for good.\n", ""), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public async Task Tasks_that_will_be_tried_again_have_not_failed_for_good_and_are_told_of()
    {
        await _project.RunAsync("insert-tasks");
        await using (var queue = (ILeaseQueue)QueueKinds.Open("fq://queue", _project.Root))
            await queue.GiveBackAsync(
                await queue.LeaseAsync(3, TimeSpan.FromMinutes(1), _ => false, TestContext.Current.CancellationToken), TimeSpan.FromMinutes(1), refund: false);

        var failed = await _project.RunAsync("failed");
        var requeued = await _project.RunAsync("requeue --all");

        Assert.Equal("No task has failed for good. 3 tasks of all runs wait for another attempt.\n", failed.Output);
        Assert.Equal($"No task has failed for good in run {(await _project.ReadRunAsync()).Run}: there is nothing to put back.\n", requeued.Output);
    }

    [Fact]
    public async Task A_name_with_a_dot_may_lack_its_ending()
    {
        File.Move(_project["tasks.feather"], _project["dots.v2.feather"]);

        var run = await _project.RunAsync("insert-tasks --table dots.v2");

        Assert.StartsWith("Queued 12 of 12 rows of dots.v2.feather in fq://", run.Output);
    }

    [Fact]
    public async Task Requeue_puts_back_the_ids_it_is_given_and_forgets_their_failures()
    {
        await _project.ParkAsync(("a", "x"), ("b", "x"), ("c", "x"));

        var run = await _project.RunAsync("requeue a c");

        Assert.StartsWith("Put 2 tasks back in fq://", run.Output);
        Assert.Equal((2, 1), (await NumberAsync("queued"), await NumberAsync("failed")));
        Assert.Null(
            await _project.Records.Failed.FindLastAsync(CommandProject.Task, "a", TestContext.Current.CancellationToken));
        Assert.NotNull(
            await _project.Records.Failed.FindLastAsync(CommandProject.Task, "b", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Requeue_puts_back_nothing_when_one_id_has_not_failed()
    {
        await _project.ParkAsync(("a", "x"));

        var run = await _project.RunAsync("requeue a nobody");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal("error: nobody: not among the failed tasks.", run.ErrorLines[0]);
        Assert.Equal(1, await NumberAsync("failed"));
    }

    [Fact]
    public async Task Failed_and_requeue_take_those_with_a_text_in_their_error()
    {
        await _project.ParkAsync(("a", "The server timed-out."), ("b", "No such scene."), ("c", "it Timed-Out again"));

        var failed = JsonDocument.Parse((await _project.RunAsync("failed --json --error timed-out")).Output).RootElement;
        var run = await _project.RunAsync("requeue --error timed-out");
        var none = await _project.RunAsync("requeue --error timed-out");
        var both = await _project.RunAsync("requeue --all --error x");

        Assert.Equal(2, failed.GetProperty("count").GetInt32());
        Assert.StartsWith("Put 2 tasks back in fq://", run.Output);
        Assert.Equal((2, 1), (await NumberAsync("queued"), await NumberAsync("failed")));
        Assert.Contains("with 'timed-out' in its error: there is nothing to put back.", none.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, both.Code);
    }

    [Fact]
    public async Task Requeue_all_puts_everything_back()
    {
        await _project.ParkAsync(("a", "x"), ("b", null));

        await _project.RunAsync("requeue --all");

        Assert.Equal((2, 0), (await NumberAsync("queued"), await NumberAsync("failed")));
    }

    [Theory]
    [InlineData("purge")]
    [InlineData("delete-queue")]
    public async Task What_cannot_be_undone_wants_a_yes(string verb)
    {
        await _project.RunAsync("insert-tasks");

        var nobody = await _project.RunAsync(verb);
        var no = await _project.RunAsync(verb, answer: "no\n");
        Assert.Equal((ExitCode.Usage, ExitCode.Done), (nobody.Code, no.Code));
        Assert.Equal($"  To go ahead: dotnet run {verb} --yes", nobody.ErrorLines[^1]);
        Assert.Equal("Nothing was changed.\n", no.Output);
        Assert.Equal(12, await NumberAsync("queued"));

        Assert.Equal(ExitCode.Done, (await _project.RunAsync(verb, answer: "y\n")).Code);
        Assert.Equal(verb == "purge", File.Exists(_project["queue"]));
        await _project.RunAsync("check --create");
        Assert.Equal(0, await NumberAsync("queued"));
    }

    [Fact]
    public async Task A_question_that_nobody_can_answer_ends_with_the_whole_command()
    {
        await _project.RunAsync("insert-tasks --run one");

        Assert.Equal("  To go ahead: dotnet run delete-run one --yes", (await _project.RunAsync("delete-run one")).ErrorLines[^1]);
    }

    [Fact]
    public async Task Purge_with_yes_does_not_ask()
    {
        await _project.RunAsync("insert-tasks");

        Assert.StartsWith("Removed 12 tasks from fq://", (await _project.RunAsync("purge --yes")).Output);
    }

    [Fact]
    public async Task Logs_shows_the_log_and_the_failure()
    {
        await _project.ParkAsync(("a", "It broke."));
        await _project.Records.WriteLogAsync(
            CommandProject.Task, null, "a", "one line\n"u8.ToArray(), TestContext.Current.CancellationToken);

        var run = await _project.RunAsync("logs a");

        Assert.Equal("one line", run.OutputLines[0]);
        Assert.Equal("Attempt 5 failed at 2026-05-01 12:00:00 UTC on w1; parked.", run.OutputLines[1]);
        Assert.Equal("   at Somewhere()", run.OutputLines[3]);
    }

    [Fact]
    public async Task Logs_of_a_row_that_is_done_and_logged_nothing_say_so()
    {
        await _project.Records.WriteDoneAsync(TestRecords.Done("a") with { Row = 0 });

        var run = await _project.RunAsync("logs a");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Output));
        Assert.Equal(["Row 0", "It is done, and it logged nothing. Its result: dotnet run results --id a"], run.ErrorLines);
    }

    [Fact]
    public async Task Logs_of_a_row_that_never_ran_is_an_error()
    {
        var run = await _project.RunAsync("logs nobody");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal("error: There is no log of nobody.", run.ErrorLines[0]);
    }

    [Fact]
    public async Task Check_reports_each_part_and_ends_with_the_code_of_the_first_problem()
    {
        var well = await _project.RunAsync("check --create");
        Assert.Equal(ExitCode.Done, well.Code);
        Assert.Contains($"table     ok       {_project["tasks.feather"]}: 12 rows fit echo\n", well.Output);

        _project.WriteSettings("TASK_PARAMETER_FILENAME=nowhere\nTASKQUEUE_PATH=nothing://queue\n");
        var ill = await _project.RunAsync("check");
        Assert.Equal(ExitCode.BadInput, ill.Code);
        Assert.Contains("table     problem  There is no such parameter table.\n", ill.Output);
        Assert.Contains("queue     problem  TASKQUEUE_PATH names no known kind of queue", ill.Output);
        Assert.Contains("store     ok       ", ill.Output);
    }

    private async Task<long> NumberAsync(string name) =>
        JsonDocument.Parse((await _project.RunAsync("status --json")).Output).RootElement.GetProperty(name).GetInt64();
}
