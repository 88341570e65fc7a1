using System.Text;
using TaskQueue.Tables;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tests.Tables;

/// <summary>Frames that the lz4 and zstd programs made, in all the ways that they have.</summary>
public sealed class FrameTests : IDisposable
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, 12_000)
            .Select(row => FormattableString.Invariant($"{row / 3},tile {(long)row * row % 97}\n"))));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Frames =>
        [.. Directory.EnumerateFiles(PathOf("")).Select(Path.GetFileName).OfType<string>()
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_unpacks_to_what_was_packed_whatever_the_steps(string name)
    {
        foreach (var step in (int[])[1, 1_000, 70_000, Text.Length])
        {
            var text = Unpack(File.ReadAllBytes(PathOf(name)), step);
            Assert.True(Text.AsSpan().SequenceEqual(text), $"in steps of {step} bytes");
        }
    }

    [Theory]
    [InlineData("checked.lz4")]
    [InlineData("large-blocks.lz4")]
    [InlineData("level-19.zst")]
    public void Damage_is_found_by_the_checksums_at_the_latest(string name)
    {
        var frame = File.ReadAllBytes(PathOf(name));
        for (var at = 0; at < frame.Length; at += 97)
        {
            var damaged = frame.ToArray();
            damaged[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => Unpack(damaged, Text.Length));
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_that_is_cut_is_refused(string name)
    {
        var frame = File.ReadAllBytes(PathOf(name));
        for (var length = 1; length < frame.Length; length += 211)
            Assert.Throws<InvalidDataException>(() => Unpack(frame[..length], Text.Length));
    }

    private byte[] Unpack(byte[] frame, int step)
    {
        File.WriteAllBytes(_folder["frame"], frame);
        using var file = TableFile.Open(_folder["frame"]);
        var input = new TableInput(file, new MemoryBudget(1 << 24));
        FrameDecoder decoder = frame is [0x04, ..] ? new Lz4FrameDecoder(input) : new ZstdFrameDecoder(input);
        decoder.Open(0, frame.Length, Text.Length);
        var text = new byte[Text.Length];
        for (var at = 0; at < text.Length; at += step)
            decoder.Read(text.AsSpan(at, Math.Min(step, text.Length - at)));
        return text;
    }

    private static string PathOf(string name) =>
        Path.Join(Repository.Root, "tests", "Engine.Tests", "Tables", "Frames", name);
}
