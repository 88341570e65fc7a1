using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Tests.Records;

public sealed class TaskKeyTests
{
    [Theory]
    [InlineData("864691135000000001", "864691135000000001")]
    [InlineData("cell-7_b.2", "cell-7_b.2")]
    [InlineData("Tile", "Tile~1")]
    [InlineData("tilE", "tilE~8")]
    [InlineData("aBcDeF", "aBcDeF~a2")]
    [InlineData("a b", "a=20b")]
    [InlineData("a=b", "a=3db")]
    [InlineData("a~1", "a=7e1")]
    [InlineData("../x", "=2e.=2fx")]
    [InlineData(".", "=2e")]
    [InlineData("..", "=2e.")]
    [InlineData("%2e%2e%2f", "=252e=252e=252f")]
    [InlineData("C:x", "C=3ax~1")]
    [InlineData("con", "=63on")]
    [InlineData("CON.txt", "=43ON.txt~70")]
    [InlineData("lpt9", "=6cpt9")]
    [InlineData("console", "console")]
    [InlineData("ü", "=c3=bc")]
    [InlineData("\0", "=00")]
    public void An_ordinary_id_stays_readable_and_the_rest_is_escaped(string id, string key) =>
        Assert.Equal(key, TaskKey.Of(id));

    [Fact]
    public void A_long_id_keeps_its_start_and_has_a_hash()
    {
        var key = TaskKey.Of(new string('a', 1025));
        Assert.StartsWith(new string('a', 100) + "~~", key);
        Assert.Equal(100 + 2 + 64, key.Length);
    }

    [Fact]
    public void Ten_thousand_hostile_ids_have_keys_that_differ_even_on_disks_blind_to_case()
    {
        var ids = HostileIds(seed: 20240229).Distinct().Take(10_000).ToList();
        var keys = ids.ConvertAll(TaskKey.Of);
        Assert.Equal(10_000, ids.Count);
        Assert.Equal(ids.Count, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(keys, AssertSafe);
    }

    [Fact]
    public void Every_short_text_over_the_characters_that_keys_are_made_of_has_its_own_key()
    {
        var letters = "aAbB=~.2e0".ToCharArray();
        IEnumerable<string> texts = [""];
        var all = new List<string>();
        for (var length = 1; length <= 4; length++)
        {
            texts = [.. texts.SelectMany(text => letters.Select(letter => text + letter))];
            all.AddRange(texts);
        }

        Assert.Equal(all.Count, all.Select(TaskKey.Of).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void The_key_of_bytes_is_the_key_of_the_text()
    {
        Span<byte> key = stackalloc byte[TaskKey.MaxLength];
        foreach (var id in HostileIds(seed: 7).Take(1000))
        {
            var length = TaskKey.Write(Encoding.UTF8.GetBytes(id), key);
            Assert.Equal(TaskKey.Of(id), Encoding.UTF8.GetString(key[..length]));
        }
    }

    [Fact]
    public void An_id_that_is_no_text_is_refused() => Assert.All(
        ["", "\ud800", "a\udc00b"],
        id => Assert.Equal(ExitCode.BadInput, Assert.Throws<TaskQueueException>(() => TaskKey.Of(id)).ExitCode));

    private static void AssertSafe(string key)
    {
        Assert.True(TaskKey.IsKey(key));
        Assert.False(key.StartsWith('.'));
        Assert.InRange(key.Length, 1, TaskKey.MaxLength);
        Assert.DoesNotContain(key.Split('.')[0].ToLowerInvariant(), (string[])["con", "prn", "aux", "nul", "com1", "lpt1"]);
    }

    private static IEnumerable<string> HostileIds(int seed)
    {
        string[] parts =
        [
            "..", "/", "\\", "%2e", "C:", "con", "CON", "aux.", "nul", "lpt1", ".", "~", "~~", "=2e", "=", " ", "\0", "\n",
            "soap", "Soap", "sOAP", "é", "e\u0301", "\u202e", "\ufeff", "😀", "a", "A", "1", "-", "_", "*", "?", "\"", "<", "|",
            new string('x', 90), new string('X', 90), new string('é', 40),
        ];
        var random = new Random(seed);
        while (true)
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)]));
    }
}
