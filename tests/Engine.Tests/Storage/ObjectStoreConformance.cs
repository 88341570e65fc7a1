using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Storage;

/// <summary>What every kind of store has to do alike. A kind counts when it passes this.</summary>
public abstract class ObjectStoreConformance
{
    protected abstract IObjectStore Store { get; }

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_was_never_written_lists_as_empty() => Assert.Empty(await NamesAsync());

    [Fact]
    public async Task What_was_written_is_read_back()
    {
        await Store.WriteAsync("a/b.txt", Bytes("hello"), Stop);
        Assert.Equal("hello", await ReadAsync("a/b.txt"));
        Assert.Equal(Bytes("hello"), await Store.ReadAsync("a/b.txt", Stop));
    }

    [Fact]
    public async Task An_object_may_be_empty()
    {
        await Store.WriteAsync("empty", ReadOnlyMemory<byte>.Empty, Stop);
        Assert.Equal("", await ReadAsync("empty"));
        Assert.Empty(await Store.ReadAsync("empty", Stop));
        Assert.True(await Store.ExistsAsync("empty", Stop));
        Assert.Equal(["empty"], await NamesAsync());
    }

    [Fact]
    public async Task A_later_write_replaces_an_earlier_one()
    {
        await Store.WriteAsync("a", Bytes("a long first text"), Stop);
        await Store.WriteAsync("a", Bytes("second"), Stop);
        Assert.Equal("second", await ReadAsync("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(8 << 20)]
    [InlineData((17 << 20) + 7)]
    public async Task A_stream_of_any_size_is_written_whole(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await Store.WriteAsync("stream", new UnseekableStream(content), Stop);
        await using var stream = await Store.OpenReadAsync("stream", Stop);
        var read = new MemoryStream();
        await stream.CopyToAsync(read, Stop);
        Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        Assert.Equal(["stream"], await NamesAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12 << 20)]
    public async Task A_stream_that_fails_leaves_the_earlier_object_as_it_was(int after)
    {
        await Store.WriteAsync("a", Bytes("first"), Stop);
        await Assert.ThrowsAsync<InvalidDataException>(() => Store.WriteAsync("a", new FailingStream(after), Stop));
        Assert.Equal("first", await ReadAsync("a"));
        Assert.Equal(["a"], await NamesAsync());
    }

    [Fact]
    public async Task Write_if_absent_leaves_an_existing_object_as_it_was()
    {
        Assert.True(await Store.WriteIfAbsentAsync("done/1.json", Bytes("first"), Stop));
        Assert.False(await Store.WriteIfAbsentAsync("done/1.json", Bytes("second"), Stop));
        Assert.Equal("first", await ReadAsync("done/1.json"));
    }

    [Fact]
    public async Task Of_many_that_write_the_same_name_if_absent_exactly_one_wins()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
            (Text: $"{i}", Won: await Store.WriteIfAbsentAsync("done/1.json", Bytes($"{i}"), Stop))));
        Assert.Equal(await ReadAsync("done/1.json"), Assert.Single(wins, w => w.Won).Text);
    }

    [Fact]
    public async Task Reading_what_is_not_there_says_file_not_found()
    {
        await Store.WriteAsync("a/b", Bytes("x"), Stop);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenReadAsync("a/missing", Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenReadAsync("missing/b", Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.OpenReadAsync("a", Stop));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Store.ReadAsync("a/missing", Stop));
    }

    [Fact]
    public async Task Only_whole_names_of_objects_exist()
    {
        await Store.WriteAsync("a/b", Bytes("x"), Stop);
        Assert.True(await Store.ExistsAsync("a/b", Stop));
        Assert.False(await Store.ExistsAsync("a", Stop));
        Assert.False(await Store.ExistsAsync("a/bb", Stop));
        Assert.False(await Store.ExistsAsync("c/d/e", Stop));
    }

    [Fact]
    public async Task Length_and_time_of_an_object_are_known_without_reading_it()
    {
        var before = DateTimeOffset.UtcNow;
        await Store.WriteAsync("a/b", Bytes("hello"), Stop);
        var stamp = await Store.FindStampAsync("a/b", Stop);
        Assert.Equal(5, stamp!.Length);
        Assert.InRange(stamp.Written, before.AddSeconds(-2), DateTimeOffset.UtcNow.AddSeconds(2));
        Assert.Null(await Store.FindStampAsync("a", Stop));
        Assert.Null(await Store.FindStampAsync("c/d", Stop));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_may_be_deleted_again()
    {
        await Store.WriteAsync("a/b", Bytes("x"), Stop);
        await Store.DeleteAsync("a/b", Stop);
        await Store.DeleteAsync("a/b", Stop);
        await Store.DeleteAsync("never/was", Stop);
        Assert.False(await Store.ExistsAsync("a/b", Stop));
        Assert.Empty(await NamesAsync());
    }

    [Theory]
    [InlineData("", "a.txt a/b a/bc/d b é/ü x=1~")]
    [InlineData("a", "a.txt a/b a/bc/d")]
    [InlineData("a/", "a/b a/bc/d")]
    [InlineData("a/b", "a/b a/bc/d")]
    [InlineData("a/bc", "a/bc/d")]
    [InlineData("a/bc/d", "a/bc/d")]
    [InlineData("é", "é/ü")]
    [InlineData("zzz", "")]
    [InlineData("zzz/y/", "")]
    public async Task A_prefix_is_the_start_of_a_name_not_a_folder(string prefix, string expected)
    {
        foreach (var name in (string[])["a.txt", "a/b", "a/bc/d", "b", "é/ü", "x=1~"])
            await Store.WriteAsync(name, Bytes(name), Stop);

        var names = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        Assert.Equal(names, (await NamesAsync(prefix)).ToHashSet());
    }

    [Fact]
    public async Task A_hidden_folder_is_passed_over()
    {
        foreach (var name in (string[])[".hidden/a", ".hidden/b/c", ".hidden-not", ".hidde", "z/.hidden/a"])
            await Store.WriteAsync(name, Bytes("x"), Stop);

        var names = await Store.ListAsync("", ".hidden/", Stop).ToListAsync(Stop);
        Assert.Equal(new HashSet<string> { ".hidden-not", ".hidde", "z/.hidden/a" }, [.. names]);
    }

    [Fact]
    public async Task A_filter_finds_the_outputs_of_finished_rows_by_their_names()
    {
        var output = new OutputStore(Store);
        await output.WriteAsync("864691135000000001.h5", new MemoryStream([1]), Stop);
        await Store.WriteAsync(".dltaskqueue/done/T/864691135000000002.h5", Bytes("x"), Stop);
        await Store.WriteAsync("864691135000000003.h5.part", Bytes("x"), Stop);

        var finished = await output.ListAsync("", Stop).ToHashSetAsync(cancellationToken: Stop);
        long[] rows = [864691135000000001, 864691135000000002, 864691135000000003];

        Assert.Equal([864691135000000002, 864691135000000003], rows.Where(row => !finished.Contains($"{row}.h5")));
    }

    [Fact]
    public async Task Thousands_of_objects_are_each_listed_once()
    {
        var names = Enumerable.Range(0, 2500).Select(i => $"many/{i % 7}/{i:x}").ToHashSet();
        await Parallel.ForEachAsync(
            names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop },
            async (name, cancel) => await Store.WriteAsync(name, Bytes(name), cancel));
        var listed = await NamesAsync("many/");
        Assert.Equal(names.Count, listed.Count);
        Assert.Equal(names, [.. listed]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../b")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public async Task A_name_that_is_no_plain_relative_path_is_refused(string name)
    {
        await RefusedAsync(() => Store.WriteAsync(name, Bytes("x"), Stop));
        await RefusedAsync(() => Store.WriteAsync(name, new MemoryStream(), Stop));
        await RefusedAsync(() => Store.WriteIfAbsentAsync(name, Bytes("x"), Stop));
        await RefusedAsync(() => Store.OpenReadAsync(name, Stop));
        await RefusedAsync(() => Store.ReadAsync(name, Stop));
        await RefusedAsync(() => Store.ExistsAsync(name, Stop));
        await RefusedAsync(() => Store.DeleteAsync(name, Stop));
    }

    [Fact]
    public async Task A_cancelled_call_throws_operation_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("a", Bytes("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAsync("", cancelled).ToListAsync(Stop).AsTask());
    }

    [Fact]
    public async Task A_probe_leaves_nothing_behind()
    {
        await Store.ProbeAsync(Stop);
        Assert.Empty(await NamesAsync());
    }

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected async Task<string> ReadAsync(string name)
    {
        await using var stream = await Store.OpenReadAsync(name, Stop);
        return await new StreamReader(stream).ReadToEndAsync(Stop);
    }

    protected async Task<List<string>> NamesAsync(string prefix = "") =>
        await Store.ListAsync(prefix, Stop).ToListAsync(Stop);

    private static async Task RefusedAsync(Func<Task> action) =>
        Assert.Equal(ExitCode.BadInput, (await Assert.ThrowsAsync<TaskQueueException>(action)).ExitCode);
}
