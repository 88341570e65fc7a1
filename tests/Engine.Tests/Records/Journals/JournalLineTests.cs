using System.Text;
using System.Text.Json;
using TaskQueue.Collections;
using TaskQueue.Records.Journals;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

public sealed class JournalLineTests
{
    public static TheoryData<string> Examples => ["1", "a \"quoted\" id\\", "Übersee 🌍\n\t", new string('x', 300)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_line_is_one_JSON_object_with_its_id_first_and_its_checksum_last(string id)
    {
        var line = Line(Done(id, row: 7));

        Assert.Equal(line.Length - 1, line.AsSpan().IndexOf((byte)'\n'));
        var names = JsonElement.Parse(line).EnumerateObject().Select(property => property.Name).ToList();
        Assert.Equal(("id", "crc"), (names[0], names[^1]));
        Assert.True(JournalLine.IsWhole(line.AsSpan(0, line.Length - 1)));
        Assert.True(JournalLine.TryReadId(line.AsSpan(0, line.Length - 1), out var read));
        Assert.Equal(id, Encoding.UTF8.GetString(read));
        Assert.Equal(JsonSerializer.Serialize(Done(id, row: 7)), JsonSerializer.Serialize(JournalLine.Read(line)));
    }

    [Fact]
    public void The_deepest_result_that_a_task_may_return_is_read_back()
    {
        const int Levels = 64;
        var deep = Done("1") with { Result = JsonElement.Parse(new string('[', Levels) + new string(']', Levels)) };
        var line = Line(deep).AsSpan()[..^1];

        Assert.True(JournalLine.TryReadId(line, out _));
        Assert.Equal(deep.Result.GetRawText(), JournalLine.Read(line).Result.GetRawText());
    }

    [Fact]
    public void A_row_that_was_done_before_is_told_apart()
    {
        var line = Before("the id").AsSpan()[..^1];

        Assert.True(JournalLine.IsWhole(line));
        Assert.False(JournalLine.TryReadId(line, out var id));
        Assert.Equal("the id", Encoding.UTF8.GetString(id));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_changed_byte_is_noticed(string id)
    {
        var line = Line(Done(id)).AsSpan()[..^1].ToArray();
        for (var at = 0; at < line.Length; at++)
        {
            var right = line[at];
            for (var wrong = 0; wrong < 256; wrong++)
            {
                line[at] = (byte)wrong;
                Assert.Equal(wrong == right, JournalLine.IsWhole(line));
            }
            line[at] = right;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_cut_is_noticed(string id)
    {
        var line = Line(Done(id)).AsSpan()[..^1].ToArray();
        for (var at = 0; at < line.Length; at++)
        {
            Assert.False(JournalLine.IsWhole(line.AsSpan(0, at)));
            Assert.False(JournalLine.IsWhole(line.AsSpan(at + 1)));
            Assert.False(JournalLine.IsWhole([.. line[..at], .. line[(at + 1)..]]));
            Assert.False(JournalLine.IsWhole([.. line[..at], 0, .. line[at..]]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":"1","crc":"00000000"}""")]
    [InlineData(""","crc":"00000000"}""")]
    [InlineData("""{"id":"1","crc":"0000000g"}""")]
    public void A_foreign_line_is_none_of_ours(string line) => Assert.False(JournalLine.IsWhole(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("""{"name":"1" """)]
    [InlineData("""{"id":1""")]
    [InlineData("""["id" """)]
    [InlineData("no JSON")]
    public void A_foreign_line_that_happens_to_have_a_checksum_is_none_of_ours(string content)
    {
        var crc = Crc32C.Of(Encoding.UTF8.GetBytes(content)).Value;

        Assert.False(JournalLine.IsWhole(Encoding.UTF8.GetBytes($"{content},\"crc\":\"{crc:x8}\"}}")));
    }
}
