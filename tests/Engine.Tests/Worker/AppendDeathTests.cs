using System.Globalization;
using System.Text.RegularExpressions;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers that die between the write and the sync of an append, and machines that lose a part of what was not synced.</summary>
public sealed partial class AppendDeathTests(RabbitServer rabbit, Emulators emulators)
{
    private const int Slots = 4;
    private const int Rows = 100;

    /// <summary>Some appends before it succeed.</summary>
    private const int DeadlySync = 15;

    private const int MostTries = 10;

    [GeneratedRegex("""^(?<thread>\d+) +(?:(?<call>fsync|pwrite64)\(\d+<(?<path>[^>]+\.jsonl)>(?:, ""\.{3}, (?<length>\d+), (?<offset>\d+))?|<\.\.\. fsync resumed>).*?(?<ended>= 0)?$""")]
    private static partial Regex Calls { get; }

    /// <param name="kind">Of queue.</param>
    /// <param name="kept">Per cent of the unsynced bytes that the disk has: 100 when the process alone died, less when its machine did.</param>
    [Theory]
    [InlineData("fq", 50)]
    [InlineData("amqp", 100)]
    [InlineData("sqs", 0)]
    public async Task A_death_inside_an_append_costs_only_rows_that_were_not_acknowledged(string kind, int kept)
    {
        Need.That(Need.Runs("strace", "-V"), "strace: apt-get install strace");
        // A queue file is synced too: the worker may die there instead.
        for (var tries = 0; !await TryAsync(kind, kept); tries++)
            Assert.InRange(tries, 0, MostTries);
    }

    /// <returns>Whether the worker died inside an append.</returns>
    private async Task<bool> TryAsync(string kind, int kept)
    {
        var queue = await QueueOfKind.CreateAsync(kind, rabbit, emulators);
        using var project = new LedgerProject([.. queue.Settings, $"WORKER_CONCURRENCY={Slots}", "TQ_LEASE_SECONDS=2"]) { OtherQueue = queue.Open };
        var rows = LedgerRow.Many(Rows, "wait", 20).ToList();
        await project.InsertAsync(rows);

        var victim = project.StartThrough(
            ["strace", "-f", "-y", "-s", "0", "-e", "trace=pwrite64,fsync", "-e", $"inject=fsync:signal=KILL:when={DeadlySync}", "-o", project["strace"]], []);
        Assert.Equal(137, await victim.WaitAsync());
        var (segment, synced, length) = LastAppend(project["strace"]);
        if (synced == length)
            return false;
        Assert.Equal(length, new FileInfo(segment).Length);
        await using (var file = File.OpenWrite(segment))
            file.SetLength(synced + ((length - synced) * kept / 100));

        var written = (await project.DoneAsync()).Select(record => record.Id).ToHashSet();
        var left = await project.CountAsync();
        Assert.InRange(written.Count, Rows - left.Ready - left.Leased, Rows - 1);
        var unwritten = project.Starts().Except(written).ToList();
        await project.WorkOffAsync();

        await new LedgerJudge(project, rows.Select(row => row.Id)) { MostRepeats = unwritten.Count }.JudgeAsync();
        var repeats = project.Starts().GroupBy(id => id).Where(starts => starts.Count() > 1).Select(starts => starts.Key);
        Assert.Empty(repeats.Except(unwritten));
        return true;
    }

    /// <returns>The journal that was written to last, how much of it was synced, and how much was written.</returns>
    private static (string Path, long Synced, long Length) LastAppend(string trace)
    {
        var (path, synced, length, syncing) = ("", 0L, 0L, "");
        foreach (var call in File.ReadLines(trace).Select(line => Calls.Match(line)).Where(call => call.Success))
        {
            var thread = call.Groups["thread"].Value;
            if (call.Groups["path"] is { Success: true, Value: var name })
                path = name;
            if (call.Groups["call"].Value == "pwrite64")
                (synced, length) = (length, long.Parse(call.Groups["offset"].Value, CultureInfo.InvariantCulture) + long.Parse(call.Groups["length"].Value, CultureInfo.InvariantCulture));
            else if (call.Groups["call"].Value == "fsync")
                syncing = thread;
            // Other files are synced, too; of a call that was interrupted the line says no path.
            if (call.Groups["ended"].Success && thread == syncing && call.Groups["call"].Value != "pwrite64")
                (synced, syncing) = (length, "");
        }
        Assert.InRange(synced, 1, length);
        return (path, synced, length);
    }
}
