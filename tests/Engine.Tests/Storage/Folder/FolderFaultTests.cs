using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Children;

namespace TaskQueue.Tests.Storage.Folder;

/// <summary>What a disk and other people do to a folder.</summary>
public sealed class FolderFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_an_error_and_not_an_empty_store()
    {
        await File.WriteAllTextAsync(_folder["output"], "x", Stop);
        var store = new FolderStore(_folder["output"]);
        await FailsAsync(ExitCode.InputOutput, _folder["output"], () => store.ListAsync("", Stop).ToListAsync(Stop).AsTask());
        await FailsAsync(ExitCode.InputOutput, _folder["output"], () => store.ListAsync("a/", Stop).ToListAsync(Stop).AsTask());
        await FailsAsync(ExitCode.InputOutput, _folder["output"], () => store.WriteAsync("a/b", new byte[1], Stop));
        await FailsAsync(ExitCode.InputOutput, _folder["output"], () => store.WriteIfAbsentAsync("a", new byte[1], Stop));
    }

    [Fact]
    public async Task A_folder_in_place_of_an_object_is_an_error_and_stays_as_it_is()
    {
        var store = new FolderStore(_folder.Path);
        await store.WriteAsync("a/b", new byte[1], Stop);
        await FailsAsync(ExitCode.InputOutput, _folder["a"], () => store.WriteAsync("a", new byte[1], Stop));
        await store.DeleteAsync("a", Stop);
        Assert.True(await store.ExistsAsync("a/b", Stop));
        Assert.Equal(["a/b"], await store.ListAsync("", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_name_that_is_too_long_for_the_disk_is_named()
    {
        var store = new FolderStore(_folder.Path);
        await FailsAsync(ExitCode.InputOutput, "too long", () => store.WriteAsync(new string('x', 256), new byte[1], Stop));
        await store.WriteAsync(new string('x', 255), new byte[1], Stop);
    }

    [Fact]
    public async Task A_folder_that_was_removed_is_made_again()
    {
        var store = new FolderStore(_folder["output"]);
        await store.WriteAsync("a/b/c", new byte[1], Stop);
        Directory.Delete(_folder["output"], recursive: true);
        await store.WriteAsync("a/b/c", new byte[1], Stop);
        Directory.Delete(_folder["output"], recursive: true);
        Assert.True(await store.WriteIfAbsentAsync("a/b/c", new byte[1], Stop));
        Assert.True(await store.ExistsAsync("a/b/c", Stop));
    }

    [Fact]
    public async Task A_link_out_of_the_store_is_refused_for_reading_writing_and_listing()
    {
        using var outside = new TemporaryFolder();
        await File.WriteAllTextAsync(outside["secret"], "x", Stop);
        Directory.CreateSymbolicLink(_folder["link"], outside.Path);
        var store = new FolderStore(_folder.Path);
        await FailsAsync(ExitCode.Configuration, "link", () => store.WriteAsync("link/a", new byte[1], Stop));
        await FailsAsync(ExitCode.Configuration, "link", () => store.WriteAsync("link/a/b", new byte[1], Stop));
        await FailsAsync(ExitCode.Configuration, "link", () => store.OpenReadAsync("link/secret", Stop));
        await FailsAsync(ExitCode.Configuration, "link", () => store.DeleteAsync("link/secret", Stop));
        await FailsAsync(ExitCode.Configuration, "link", () => store.ListAsync("link/", Stop).ToListAsync(Stop).AsTask());
        Assert.Empty(await store.ListAsync("", Stop).ToListAsync(Stop));
        Assert.Equal([outside["secret"]], Directory.GetFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task A_link_that_leads_round_in_a_circle_is_named()
    {
        Directory.CreateSymbolicLink(_folder["a"], _folder["b"]);
        Directory.CreateSymbolicLink(_folder["b"], _folder["a"]);
        var store = new FolderStore(_folder.Path);
        await FailsAsync(ExitCode.InputOutput, _folder["a"], () => store.WriteAsync("a/x", new byte[1], Stop));
        await FailsAsync(ExitCode.InputOutput, _folder["a"], () => Task.FromResult(new FolderStore(_folder["a"])));
    }

    [Fact]
    public async Task A_link_in_place_of_an_object_is_replaced_and_not_followed()
    {
        using var outside = new TemporaryFolder();
        await File.WriteAllTextAsync(outside["file"], "theirs", Stop);
        File.CreateSymbolicLink(_folder["a"], outside["file"]);
        var store = new FolderStore(_folder.Path);
        await store.WriteAsync("a", "ours"u8.ToArray(), Stop);
        Assert.Equal("theirs", await File.ReadAllTextAsync(outside["file"], Stop));
        Assert.Equal("ours", await File.ReadAllTextAsync(_folder["a"], Stop));
    }

    [Fact]
    public async Task A_link_within_the_store_may_be_used_and_is_listed_once()
    {
        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        var store = new FolderStore(_folder.Path);
        await store.WriteAsync("link/a", new byte[1], Stop);
        Assert.Equal(["real/a"], await store.ListAsync("", Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task The_root_may_be_a_link_but_not_one_that_leads_nowhere()
    {
        Directory.CreateSymbolicLink(_folder["output"], _folder["disk"]);
        await FailsAsync(ExitCode.Unavailable, _folder["disk"], () => Task.FromResult(new FolderStore(_folder["output"])));
        Directory.CreateDirectory(_folder["disk"]);
        await new FolderStore(_folder["output"]).WriteAsync("a", new byte[1], Stop);
        Assert.True(File.Exists(_folder["disk/a"]));
    }

    [Fact]
    public async Task Unfinished_files_are_never_listed_and_cannot_be_named()
    {
        const string Unfinished = ".taskqueue-0123456789abcdef01234567.tmp";
        var store = new FolderStore(_folder.Path);
        await store.WriteAsync(".taskqueue-mine.tmp", new byte[1], Stop);
        await File.WriteAllTextAsync(_folder[Unfinished], "x", Stop);
        Assert.Equal([".taskqueue-mine.tmp"], await store.ListAsync("", Stop).ToListAsync(Stop));
        await FailsAsync(ExitCode.BadInput, Unfinished, () => store.WriteAsync(Unfinished, new byte[1], Stop));
    }

    [Fact]
    public async Task Files_may_vanish_and_appear_while_a_folder_is_listed()
    {
        var store = new FolderStore(_folder.Path);
        for (var i = 0; i < 1200; i++)
        {
            Directory.CreateDirectory(_folder[$"{i % 30}"]);
            await File.WriteAllTextAsync(_folder[$"{i % 30}/{(i % 2 == 0 ? "keep" : "drop")}-{i}"], "x", Stop);
        }

        var seen = new HashSet<string>();
        var dropped = 0;
        await foreach (var found in store.ListAsync("", Stop))
        {
            Assert.True(seen.Add(found));
            for (var n = 0; n < 2 && dropped < 1200; n++, dropped += 2)
            {
                File.Delete(_folder[$"{(dropped + 1) % 30}/drop-{dropped + 1}"]);
            }

            File.Delete(_folder["new"]);
            await File.WriteAllTextAsync(_folder["new"], "x", Stop);
        }

        Assert.Equal(600, seen.Count(name => name.Contains("keep", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_read_only_file_system_is_a_matter_of_permission()
    {
        NeedMounts();
        var (code, error) = await RunMountedAsync("mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"", "10");
        Assert.Equal((int)ExitCode.Permission, code);
        Assert.Contains("read-only", error, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_named_with_a_hint_about_space()
    {
        NeedMounts();
        var (code, error) = await RunMountedAsync("mount -t tmpfs -o size=64k tmpfs \"$0\"", "1000000");
        Assert.Equal((int)ExitCode.InputOutput, code);
        Assert.Contains("no space left", error, StringComparison.Ordinal);
        Assert.Contains("Free some disk space", error, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_somebody_else_is_a_matter_of_permission()
    {
        Need.That(Need.Runs("setpriv", "--reuid=65534", "--clear-groups", "true"), "setpriv (util-linux), run by root");
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var child = Child.StartThrough(["setpriv", "--reuid=65534", "--clear-groups"], "write-object", _folder.Path, "10");
        var (code, error) = await child.WaitAsync(Stop);
        Assert.Equal((int)ExitCode.Permission, code);
        Assert.Contains("uid 65534", error, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_and_its_name_are_synced_to_the_disk_before_and_after_it_is_renamed()
    {
        Need.That(Need.Runs("strace", "-V"), "strace: apt-get install strace");
        var trace = _folder["strace"];
        using var child = Child.StartThrough(
            ["strace", "-f", "-y", "-e", "trace=fsync,rename", "-o", trace], "write-object", _folder["output"], "10");
        var (code, error) = await child.WaitAsync(Stop);

        Assert.True(code == 0, error);
        var calls = File.ReadLines(trace).Where(line => line.Contains(_folder["output"], StringComparison.Ordinal)).ToList();
        var rename = calls.FindIndex(line => line.Contains("rename(", StringComparison.Ordinal));
        Assert.Contains(calls[..rename], line => line.Contains(".tmp>", StringComparison.Ordinal));
        Assert.Contains(calls[rename..], line => line.Contains("fsync(", StringComparison.Ordinal) && line.Contains("output/a>", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_threads_that_claim_a_name_at_the_same_moment_one_wins()
    {
        const int Threads = 4;
        using var together = new Barrier(Threads);
        var wins = new int[2000];
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var round = 0; round < wins.Length; round++)
            {
                var temporary = TemporaryFile.NewPath(_folder.Path);
                TemporaryFile.Create(temporary).Dispose();
                together.SignalAndWait();
                if (TemporaryFile.TryClaim(temporary, _folder[$"{round}"]))
                    Interlocked.Increment(ref wins[round]);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.All(wins, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_writer_that_is_killed_leaves_whole_objects_only()
    {
        for (var round = 0; round < 5; round++)
        {
            using var child = Child.Start("write-forever", _folder.Path);
            for (var lines = new Random(round).Next(1, 100); lines > 0; lines--)
                Assert.NotNull(await child.Output.ReadLineAsync(Stop));

            await child.KillAsync(Stop);
        }

        var store = new FolderStore(_folder.Path);
        var found = await store.ListAsync("", Stop).ToListAsync(Stop);
        Assert.NotEmpty(found);
        foreach (var name in found)
        {
            var content = await store.ReadAsync(name, Stop);
            Assert.Equal(StoreChild.ObjectSize, content.Length);
            Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
        }
    }

    private static void NeedMounts() =>
        Need.That(Need.Runs("unshare", "--map-root-user", "--mount", "true"), "unshare (util-linux), and leave to make namespaces");

    private async Task<(int ExitCode, string Error)> RunMountedAsync(string mount, string bytes)
    {
        string[] wrapper = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount + " && exec \"$@\"", _folder.Path];
        using var child = Child.StartThrough(wrapper, "write-object", _folder.Path, bytes);
        return await child.WaitAsync(Stop);
    }

    private static async Task FailsAsync(ExitCode code, string named, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<TaskQueueException>(action);
        Assert.Equal(code, error.ExitCode);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Split('\n').Length, 1, 3);
    }
}
