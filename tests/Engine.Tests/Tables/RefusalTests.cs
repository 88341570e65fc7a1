using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>What is no table is refused by its name.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<byte[], string> WrongFormats => new()
    {
        { [.. "FEA1"u8, 0, 0, 0, 0], "Feather version 1" },
        { [.. "PAR1"u8, 0, 0, 0, 0], "Parquet" },
        { [0x1F, 0x8B, 8, 0], "gzip" },
        { [0x28, 0xB5, 0x2F, 0xFD, 0], "zstd" },
        { [0x04, 0x22, 0x4D, 0x18, 0], "LZ4" },
        { [0xFD, .. "7zXZ"u8, 0], "xz" },
        { [.. "BZh9"u8], "bzip2" },
        { [.. "PK"u8, 3, 4, 0, 0], "zip" },
        { [0x89, .. "HDF\r\n"u8, 0x1A, 0x0A], "HDF5" },
        { [0x93, .. "NUMPY"u8, 1, 0], "NumPy array" },
        { [.. "SQLite format 3\0"u8], "SQLite" },
        { [.. "ORC"u8], "ORC" },
        { [.. "Obj"u8, 1], "Avro" },
        { [0x80, 4, 0x95], "pickle" },
        { [.. "{\"id\": 1}\n"u8], "JSON" },
        { [0xEF, 0xBB, 0xBF, .. "[1, 2]"u8], "JSON" },
        { [.. "<table></table>"u8], "XML or HTML" },
        { [.. "id,name\n1,a\n"u8], "CSV" },
        { [.. "id\tname\n1\ta\n"u8], "tab-separated" },
        { [.. "größe,北,北北北北北北北北北北北北北北北北北北北北北北北北北北北北\n"u8], "CSV" },
        { [.. "x"u8], "CSV" },
        { [0, 0, 0, 0, 0, 0, 0], "unknown format" },
        { [0xFF, 0xFE, 0, 1, 2, 3], "unknown format" },
    };

    [Theory]
    [MemberData(nameof(WrongFormats))]
    public void A_file_of_another_format_is_refused_by_its_name(byte[] content, string name) =>
        Assert.Contains(name, Refusal(Write(content)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1.0.0-littleendian/generated_primitive.stream")]
    [InlineData("2.0.0-compression/generated_lz4.stream")]
    public void A_stream_is_refused_by_its_name_whole_or_cut(string name)
    {
        var stream = File.ReadAllBytes(ArrowData.PathOf("golden", name));

        Assert.Contains("Arrow IPC stream", Refusal(Write(stream)).Message, StringComparison.Ordinal);
        Assert.Contains("Arrow IPC stream", Refusal(Write(stream[..^40])).Message, StringComparison.Ordinal);
        Assert.Contains("Arrow IPC stream", Refusal(Write(stream[4..])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(ArrowData.PathOf("golden", "2.0.0-compression/generated_lz4.arrow_file"));

        for (var length = 0; length < whole.Length; length++)
        {
            var error = Refusal(Write(whole[..length]));
            if (length >= 6)
                Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ARROW1")]
    [InlineData("ARROW1ARROW1")]
    [InlineData("ARROW1\0\0ARROW1")]
    public void The_mark_alone_is_no_table(string content) =>
        Refusal(Write([.. content.Select(letter => (byte)letter)]));

    [Fact]
    public void A_file_that_is_missing_is_refused() =>
        Assert.Contains("There is no such", Refusal(_folder["missing.feather"]).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_refused() =>
        Assert.Contains("is a directory", Refusal(_folder.Path).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_is_refused() =>
        Assert.Contains("is empty", Refusal(Write([])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_link_to_nowhere_is_refused()
    {
        File.CreateSymbolicLink(_folder["link"], _folder["nowhere"]);
        Assert.Contains("There is no such", Refusal(_folder["link"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void A_device_is_refused_without_being_read(string device)
    {
        var isFile = !File.Exists(device) || new FileInfo(device).Length > 0;
        Assert.SkipWhen(isFile, $"This machine's {device} is no device.");
        Assert.Contains("a pipe or a device", Refusal(device).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_refused_without_waiting_for_a_writer()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such pipes.");
        using (var maker = Process.Start("mkfifo", [_folder["pipe"]]))
            await maker.WaitForExitAsync(TestContext.Current.CancellationToken);

        var error = await Task.Run(() => Refusal(_folder["pipe"]))
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Contains("a pipe or a device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_a_question_of_permission()
    {
        var mayReadAll = OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess;
        Assert.SkipWhen(mayReadAll, "An administrator may read everything.");
        var path = Write("ARROW1"u8.ToArray());
        File.SetUnixFileMode(path, UnixFileMode.None);

        var error = Assert.Throws<TaskQueueException>(() => FeatherTable.Open(path));
        Assert.Equal(ExitCode.Permission, error.ExitCode);
    }

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder["table"], content);
        return _folder["table"];
    }

    private static TaskQueueException Refusal(string path)
    {
        var error = Assert.Throws<TaskQueueException>(() => FeatherTable.Open(path));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Equal(3, error.Message.Split('\n').Length);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        return error;
    }
}
