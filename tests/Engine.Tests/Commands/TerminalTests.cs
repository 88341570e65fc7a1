using System.Text.RegularExpressions;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Commands;

/// <summary>What a person sees: the built program on a pseudo-terminal, that of script(1).</summary>
public sealed partial class TerminalTests
{
    private const int Rows = 6;

    [Fact]
    public async Task A_worker_has_one_line_that_moves_below_whole_lines_with_the_ids_of_their_rows()
    {
        using var project = new LedgerProject("WORKER_CONCURRENCY=2");
        await project.InsertAsync([.. LedgerRow.Many(Rows, "wait", 400), new LedgerRow("loud", "shout")]);

        var screen = await ShowAsync(project[""], "$P worker --exit-when-empty");

        var frames = screen.Drawn.Where(line => Moving().IsMatch(line)).Select(line => Moving().Match(line)).ToList();
        int[] done = [.. frames.Select(frame => int.Parse(frame.Groups["done"].Value))];
        Assert.Equal(done.Order(), done);
        Assert.True(done.Distinct().Count() >= 3, string.Join('\n', screen.Drawn));
        Assert.Contains(frames, frame => frame.Groups["running"].Value == "2");
        int[] left = [.. frames.Where(frame => frame.Groups["left"].Success).Select(frame => int.Parse(frame.Groups["left"].Value))];
        Assert.Equal(left.OrderDescending(), left);
        Assert.InRange(left[0], 1, Rows + 1);
        // Every line is one of the log or of a task, as it was written.
        Assert.All(screen.Lines, line => Assert.Matches(@"^(\d{4}-\d\d-\d\dT[\d:]+Z .*|\[(row-0000\d|loud)\] .*)$", line));
        Assert.Equal(Rows + 1, screen.Lines.Count(line => Start().IsMatch(line)));
        Assert.Equal(600, screen.Lines.Count(line => line is "[loud] to standard output" or "[loud] to standard error"));
        Assert.Equal(300, screen.Lines.Count(line => line.EndsWith("Z [loud] to the log", StringComparison.Ordinal)));
        Assert.EndsWith($"Left after {Rows + 1} done", screen.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_share_a_terminal_have_names_and_no_line_that_moves()
    {
        using var project = new LedgerProject();
        await project.InsertAsync(LedgerRow.Many(Rows, "wait", 300));

        var screen = await ShowAsync(project[""], "$P worker --exit-when-empty --name one & $P worker --exit-when-empty --name two; wait");

        Assert.Empty(screen.Drawn);
        Assert.All(screen.Lines, line => Assert.Matches("^(one|two) ", line));
        Assert.Equal(2, screen.Lines.Count(line => line.Contains("Left after", StringComparison.Ordinal)));
        Assert.Equal(Rows, screen.Lines.Count(line => line.Contains(" [row-", StringComparison.Ordinal) && line.Contains("] start ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_trial_whose_rows_go_into_a_file_draws_how_far_it_has_come()
    {
        using var project = new LedgerProject();
        await project.InsertRunAsync("trial", LedgerRow.Many(Rows, "wait", 400));

        var screen = await ShowAsync(project[""], "$P run-local --task ledger > rows.jsonl");

        Assert.Contains(screen.Drawn, line => line.StartsWith("Running ", StringComparison.Ordinal) && line.Contains('#', StringComparison.Ordinal));
        Assert.Equal($"{Rows} rows done, not recorded.", screen.Lines[^1]);
        Assert.Equal(Rows, File.ReadLines(project["rows.jsonl"]).Count());
    }

    [Fact]
    public async Task A_worker_in_the_background_draws_nothing_and_is_named_by_its_process()
    {
        Need.That(OperatingSystem.IsLinux(), "This test reads /proc.");
        using var project = new LedgerProject();
        await project.InsertAsync(LedgerRow.Many(2, "wait", 600));

        // Job control, as a person's shell has it.
        var screen = await ShowAsync(project[""], "set -m; $P worker --exit-when-empty & wait");

        Assert.Empty(screen.Drawn);
        Assert.All(screen.Lines, line => Assert.Matches(@"^\d+ (\d{4}-|\[row-)", line));
    }

    [Fact]
    public async Task On_a_pipe_a_line_tells_every_10_s_while_a_task_runs()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=0");
        await project.InsertAsync([new LedgerRow("row"), new LedgerRow("long", "wait", 60_000)]);

        var worker = project.StartWorker();
        await worker.WaitForLogAsync("Z 1 done, 0 failed attempts, 1 running, ");
        await worker.TerminateAsync();

        Assert.DoesNotContain('\r', await worker.ErrorAsync());
        Assert.DoesNotContain('\e', await worker.ErrorAsync());
    }

    [Fact]
    public async Task Inserting_and_removing_have_bars_with_rate_and_total_and_leave_one_line_each_in_order()
    {
        using var project = new CommandProject();
        project.WriteSettings("");

        var screen = await ShowAsync(
            project.Root, "$P make-table range 0..150000 --replace >/dev/null 2>&1; $P insert-tasks --set value=1; $P purge --yes", "SampleProgram");

        Assert.Contains(screen.Drawn, line => Bar().IsMatch(line));
        string[] expected =
        [
            @"^Inserting 150,000/150,000 tasks$", @"^Inserting 150,000/150,000 tasks \[##########\] 100 %(, [\d,]+/s)?$", "^Queued 150,000 of 150,000 rows", "^Removed 150,000 tasks from",
        ];
        var found = expected.Select(pattern => screen.Lines.ToList().FindIndex(line => Regex.IsMatch(line, pattern))).ToList();
        Assert.DoesNotContain(-1, found);
        Assert.Equal(found.Order(), found);
        Assert.Single(screen.Lines, line => line.StartsWith("Inserting 150,000/150,000 tasks [", StringComparison.Ordinal));
    }

    /// <param name="folder">The project's.</param>
    /// <param name="script">Lines of bash, in which $P is the program.</param>
    /// <param name="program">Which.</param>
    /// <returns>What stays on the terminal, line by line, and what stood on its last line meanwhile.</returns>
    private static async Task<(IReadOnlyList<string> Lines, IReadOnlyList<string> Drawn)> ShowAsync(string folder, string script, string program = "LedgerProgram")
    {
        Need.That(Need.Runs("script", "--version"), "script: apt-get install bsdutils");
        await File.WriteAllTextAsync(Path.Join(folder, "typed"), $"stty cols 100\n{script}\n", TestContext.Current.CancellationToken);
        var (code, output, _) = await BuiltProgram.ShellAsync(folder, "TERM=xterm script --quiet --return --command 'bash typed' /dev/null </dev/null", program);
        Assert.True(code == 0, output);
        // What .NET itself tells the terminal about its keys.
        output = Keypad().Replace(output, "");
        var lines = output.Split("\r\n").Select(line => line.Split("\r\e[K")).ToList();
        Assert.Equal("", lines[^1][^1]);
        Assert.DoesNotContain(lines, line => line[^1].Contains('\r') || line[^1].Contains('\e'));
        return ([.. lines.SkipLast(1).Select(line => line[^1])], [.. lines.SelectMany(line => line[..^1]).Where(line => line.Length > 0)]);
    }

    [GeneratedRegex(@"^(?<done>[\d,]+) done, \d+ failed, (?<running>\d+) running, [\d,]+\.\d/s(, (?<left>[\d,]+) left)?$")]
    private static partial Regex Moving();

    [GeneratedRegex(@"^\[(?<id>[^\]]+)\] start \k<id> 1$")]
    private static partial Regex Start();

    [GeneratedRegex(@"^\w+ [\d,]+/150,000 (rows|tasks) \[#*-*\] \d+ %")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\e\[\?1[hl]\e[=>]")]
    private static partial Regex Keypad();
}
