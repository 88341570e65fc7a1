using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Files;
using TaskQueue.Tests.Children;

namespace TaskQueue.Tests.Queues;

/// <summary>What a file queue says when its file or its disk is not as it should be.</summary>
public sealed class FileQueueFaultTests : IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_file_that_is_no_queue_is_refused_and_left_alone(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        File.WriteAllBytes(_folder["queue"], bytes);

        var error = Assert.Throws<TaskQueueException>(Open);

        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains("not a queue", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["queue"]));
    }

    [Fact]
    public async Task A_queue_file_that_was_cut_is_called_damaged()
    {
        await FillAsync(5000);
        using (var file = File.OpenWrite(_folder["queue"]))
            file.SetLength(file.Length / 2);

        var error = await Assert.ThrowsAsync<TaskQueueException>(async () =>
        {
            await using var queue = Open();
            while ((await queue.LeaseAsync(1000, TimeSpan.FromHours(1), Cancelled)).Count > 0) { }
        });

        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_waits_for_another_process_does_not_hold_the_one_that_leaves()
    {
        await Open().DisposeAsync();
        var database = new Database(_folder["queue"], durable: false);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        var waiting = Task.Run(() => database.Write(_ =>
        {
            entered.SetResult();
            released.Wait(Cancelled);
            return 1;
        }));
        await entered.Task;

        database.Dispose();
        released.Set();

        Assert.Equal(1, await waiting);
        database.Dispose();
    }

    [Fact]
    public async Task A_queue_of_a_newer_layout_is_refused()
    {
        await Open().DisposeAsync();
        using (var connection = Database.Connect(_folder["queue"]))
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA user_version = {QueueFile.Layout + 1}";
            command.ExecuteNonQuery();
        }

        var error = Assert.Throws<TaskQueueException>(Open);

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains($"layout {QueueFile.Layout + 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_refused()
    {
        Directory.CreateDirectory(_folder["queue"]);

        Assert.Equal(ExitCode.Configuration, Assert.Throws<TaskQueueException>(Open).ExitCode);
    }

    [Theory]
    [InlineData("fq://")]
    [InlineData("fq://queue/")]
    [InlineData("fq://queue?cache=on")]
    [InlineData("queue")]
    [InlineData("kafka://queue")]
    public void A_path_that_names_no_queue_is_refused(string path) =>
        Assert.Equal(ExitCode.Configuration, Assert.Throws<TaskQueueException>(() => QueueKinds.Open(path, _folder.Path)).ExitCode);

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_by_name()
    {
        var error = Assert.Throws<TaskQueueException>(() => QueueKinds.Open("fq:///proc/queue", _folder.Path));

        Assert.Equal(ExitCode.Permission, error.ExitCode);
        Assert.Contains("/proc/queue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_notices_that_the_file_was_replaced()
    {
        await using var queue = Open();
        File.Delete(_folder["queue"]);
        await using var other = Open();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.LeaseAsync(1, TimeSpan.FromHours(1), Cancelled));

        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
    }

    [Fact]
    public async Task A_link_is_followed_to_its_target()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows asks for a privilege to make links.");
        Directory.CreateDirectory(_folder["real"]);
        File.CreateSymbolicLink(_folder["queue"], _folder["real/queue"]);

        await using var queue = Open();

        Assert.True(File.Exists(_folder["real/queue"]));
    }

    [Fact]
    public async Task Racing_processes_open_a_new_queue_every_time()
    {
        const int Openers = 24, Rounds = 25;
        for (var round = 0; round < Rounds; round++)
        {
            var path = $"fq://queue-{round}";
            using var start = new Barrier(Openers);
            var opening = Enumerable.Range(0, Openers).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Cancelled);
                    return QueueKinds.Open(path, _folder.Path);
                },
                Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
            foreach (var queue in await Task.WhenAll(opening))
                await queue.DisposeAsync();
        }
        Assert.Equal(Rounds, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void A_file_system_that_refuses_a_setting_is_named_with_it()
    {
        var error = Assert.Throws<TaskQueueException>(() => new Database(":memory:", durable: true));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("journal_mode=wal here: it stays memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_full_disk_every_task_is_leased()
    {
        Need.That(Need.Runs("unshare", "--mount", "true"), "the right to mount: run as root, or in a user namespace");

        using var child = Child.StartThrough(
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size=4m none '{_folder.Path}' && exec \"$@\"", "sh"], "lease-on-full-disk", _folder.Path);
        var (code, error) = await child.WaitAsync(Cancelled);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal("refused; then leased 5000 of 5000", (await child.Output.ReadToEndAsync(Cancelled)).Trim());
    }

    [Fact]
    public async Task A_full_disk_keeps_what_was_confirmed_and_says_so()
    {
        Need.That(Need.Runs("unshare", "--mount", "true"), "the right to mount: run as root, or in a user namespace");

        using var child = Child.StartThrough(
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o size=2m none '{_folder.Path}' && exec \"$@\"", "sh"], "fill-queue", _folder.Path);
        var confirmed = await child.Output.ReadToEndAsync(Cancelled);
        var (code, error) = await child.WaitAsync(Cancelled);

        Assert.Equal((int)ExitCode.InputOutput, code);
        Assert.Contains("The disk is full.", error, StringComparison.Ordinal);
        Assert.Contains(Path.Join(_folder.Path, "queue"), error, StringComparison.Ordinal);
        Assert.Matches("confirmed [1-9][0-9]*, found the same, integrity ok", confirmed);
    }

    [Fact]
    public async Task Every_confirmed_batch_is_synced_to_the_disk()
    {
        Need.That(Need.Runs("strace", "-V"), "strace: apt-get install strace");
        const int Batches = 20;

        var summary = _folder["strace"];
        using var child = Child.StartThrough(
            ["strace", "-f", "-c", "-e", "trace=fdatasync,fsync", "-o", summary], "insert-batches", _folder.Path, $"{Batches}");
        var (code, error) = await child.WaitAsync(Cancelled);

        Assert.True(code == 0, error);
        var calls = File.ReadLines(summary).Where(line => line.EndsWith("sync", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], null));
        Assert.True(calls >= 2 * Batches, $"{calls} syncs for {Batches} inserts and {Batches} acknowledgements");
    }

    private ILeaseQueue Open() => (ILeaseQueue)QueueKinds.Open("fq://queue", _folder.Path);

    private async Task FillAsync(int messages)
    {
        await using var queue = Open();
        await QueueChild.InsertAsync(queue, Enumerable.Range(0, messages).Select(i => $"{i}"));
    }
}
