using TaskQueue.Contracts;

namespace TaskQueue.Tests.Worker;

/// <summary>Programs on a disk that fills, or that they may not write.</summary>
public sealed class DiskFaultTests
{
    private const string OnDisk = "TASKQUEUE_PATH=fq://disk/queue";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_fills_during_an_insert_is_74_and_the_same_insert_ends_it()
    {
        const int Rows = 20_000;
        NeedMounts();
        using var project = new LedgerProject(OnDisk);
        Directory.CreateDirectory(project["disk"]);

        var code = await project.RunInserterAsync(
            LedgerRow.Many(Rows), failAt: null,
            Mounted("mount -t tmpfs -o size=1m none disk && { \"$@\"; echo $? >>codes; mount -o remount,size=100m disk; \"$@\"; echo $? >>codes; cp disk/queue .; }"));

        Assert.Equal(0, code);
        Assert.Equal(["74", "0"], File.ReadLines(project["codes"]));
        await project.AssertCountsAsync(new(Rows, 0, 0));
    }

    [Fact]
    public async Task A_disk_that_fills_under_a_worker_costs_nothing_but_time()
    {
        // Records, queue and the worker's own record pause each for themselves, six times at most in that time.
        const int Tasks = 200, MostLines = 3 * 6, Slots = 2;
        NeedMounts();
        using var project = new LedgerProject(OnDisk, "CF_CLOUDPATH=disk/output", $"WORKER_CONCURRENCY={Slots}", "TQ_LEASE_SECONDS=5");
        Directory.CreateDirectory(project["disk"]);
        var rows = LedgerRow.Many(Tasks, "wait", 50).ToList();
        await project.InsertAsync(rows);
        var worker = project.StartThrough(
            Mounted("mount -t tmpfs -o size=20m none disk && cp queue disk/ && { \"$@\"; code=$?; cp -r disk/output .; cp disk/queue .; exit $code; }"), ["--exit-when-empty"]);
        for (var lines = 0; lines < 20; lines++)
            await worker.NextLineAsync();

        // The disk is in the worker's view of the file system only.
        var filler = $"/proc/{worker.Id}/root{project["disk/filler"]}";
        Fill(filler);
        await worker.WaitForLogAsync("space");
        // Longer than the leases, which the full disk lets nobody renew.
        await Task.Delay(TimeSpan.FromSeconds(15), Cancelled);
        File.Delete(filler);

        Assert.Equal(0, await worker.WaitAsync().WaitAsync(TimeSpan.FromMinutes(2), Cancelled));
        Assert.Equal(rows.Select(row => row.Id), (await project.DoneAsync()).Select(record => record.Id).Order());
        Assert.Empty(await project.FailedAsync());
        // The full disk holds the queue, too: what runs loses its lease, and with it its result, once a lease of 5 s.
        Assert.InRange(project.Starts().Count(), Tasks, Tasks + (4 * Slots));
        await project.AssertCountsAsync(default);
        Assert.InRange((await worker.ErrorAsync()).Split('\n').Count(line => line.Contains("full", StringComparison.OrdinalIgnoreCase) || line.Contains("space", StringComparison.Ordinal)), 1, MostLines);
    }

    [Theory]
    [InlineData("mount --bind disk disk && mount -o remount,bind,ro disk && exec \"$@\"", false)]
    [InlineData("mount --bind disk disk && mount -o remount,bind,ro disk && exec \"$@\"", true)]
    [InlineData("chmod 755 . disk && chown -R 65534 config tasks.feather && exec setpriv --reuid=65534 --clear-groups \"$@\"", false)]
    [InlineData("chmod 755 . disk && chown -R 65534 config tasks.feather && chmod 444 disk/queue && exec setpriv --reuid=65534 --clear-groups \"$@\"", true)]
    public async Task A_queue_that_may_not_be_written_is_refused_before_any_work(string script, bool exists)
    {
        NeedMounts();
        Need.That(Need.Runs("setpriv", "--reuid=65534", "--clear-groups", "true"), "setpriv (util-linux), run by root");
        using var project = new LedgerProject(OnDisk);
        Directory.CreateDirectory(project["disk"]);
        if (exists)
        {
            await project.InsertAsync(LedgerRow.Many(3));
            File.Move(project["queue"], project["disk/queue"]);
        }

        var error = await project.InserterErrorAsync(LedgerRow.Many(3), ExitCode.Permission, Mounted(script));

        Assert.Contains(project["disk/queue"], error, StringComparison.Ordinal);
        Assert.Contains(script.Contains("setpriv", StringComparison.Ordinal) ? "Let user nobody" : "Let user root", error, StringComparison.Ordinal);
        Assert.Equal(exists ? [project["disk/queue"]] : [], Directory.GetFileSystemEntries(project["disk"]));
    }

    private static void NeedMounts() => Need.That(Need.Runs("unshare", "--mount", "true"), "the right to mount: run as root, or in a user namespace");

    private static string[] Mounted(string script) => ["unshare", "--mount", "sh", "-c", script, "sh"];

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
