using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Children;

namespace TaskQueue.Tests.Queues;

/// <summary>Queue files that a disk or a person has damaged.</summary>
public sealed class FileQueueDamageTests : IDisposable
{
    private const int Messages = 300, Seeds = 50;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Ways => ["bits", "zeros", "noise", "cut"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_damaged_file_is_refused_or_read_and_never_made_again(string way)
    {
        var whole = await MakeAsync();
        var refused = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var path = _folder[$"{way}-{seed}"];
            var damaged = Damage(whole, way, new Random(seed));
            await File.WriteAllBytesAsync(path, damaged, Cancelled);
            try
            {
                // What lies in a text or between the tables cannot be seen, and harms nobody.
                Assert.InRange(await ReadAsync(path), 1, Messages);
            }
            catch (TaskQueueException e)
            {
                refused++;
                Assert.True(e.ExitCode is ExitCode.InputOutput or ExitCode.Configuration, $"{way}, seed {seed}: {e.ExitCode}, {e.Message}");
                // What was found damaged while it was read may have been leased in part before that.
                var left = await File.ReadAllBytesAsync(path, Cancelled);
                if (!e.Message.Contains("file is damaged.", StringComparison.Ordinal))
                    Assert.True(left.AsSpan().SequenceEqual(damaged), $"{way}, seed {seed}: it was written. {e.Message}");
            }
        }
        Assert.InRange(refused, 1, Seeds);
    }

    private async Task<byte[]> MakeAsync()
    {
        await using (var queue = QueueKinds.Open("fq://whole", _folder.Path))
            await QueueChild.InsertAsync(queue, Enumerable.Range(0, Messages).Select(i => $"{i}"));
        return await File.ReadAllBytesAsync(_folder["whole"], Cancelled);
    }

    private static async Task<long> ReadAsync(string path)
    {
        await using var queue = (ILeaseQueue)QueueKinds.Open($"fq://{path}", "/");
        var read = 0L;
        // A lease of nothing waits a second.
        while (read < Messages && await queue.LeaseAsync(100, TimeSpan.FromHours(1), Cancelled) is { Count: > 0 } leases)
            read += leases.Count;
        return read;
    }

    private static byte[] Damage(byte[] whole, string way, Random random)
    {
        var bytes = whole.ToArray();
        var place = bytes.AsSpan(random.Next(bytes.Length));
        place = place[..Math.Min(place.Length, random.Next(1, 5000))];
        switch (way)
        {
            case "bits":
                for (var flip = 0; flip < 20; flip++)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case "zeros":
                place.Clear();
                break;
            case "noise":
                random.NextBytes(place);
                break;
            default:
                return bytes[..random.Next(1, bytes.Length)];
        }
        return bytes;
    }
}
