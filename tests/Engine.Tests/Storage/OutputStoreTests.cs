using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Storage;

public sealed class OutputStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderStore _store;
    private readonly OutputStore _output;

    public OutputStoreTests()
    {
        _store = new FolderStore(_folder.Path);
        _output = new OutputStore(_store);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_task_sees_its_outputs_and_not_the_records()
    {
        await _store.WriteAsync(".dltaskqueue/done/T/1.json", new byte[1], Stop);
        await _output.WriteAsync("1.h5", new MemoryStream(new byte[1]), Stop);
        await _output.WriteAsync(".dltaskqueuer/x", new MemoryStream(new byte[1]), Stop);
        Assert.Equal(
            new HashSet<string> { "1.h5", ".dltaskqueuer/x" }, await _output.ListAsync("", Stop).ToHashSetAsync(cancellationToken: Stop));
        Assert.Equal([".dltaskqueuer/x"], await _output.ListAsync(".dl", Stop).ToListAsync(Stop));
        Assert.Empty(await _output.ListAsync(".dltaskqueue/", Stop).ToListAsync(Stop));
        Assert.Empty(await _output.ListAsync(".dltaskqueue/done/", Stop).ToListAsync(Stop));
    }

    [Theory]
    [InlineData(".dltaskqueue/done/T/1.json")]
    [InlineData(".dltaskqueue")]
    [InlineData(".DLTaskQueue/done/T/1.json")]
    public async Task A_task_cannot_touch_the_records(string name)
    {
        await _store.WriteAsync(".dltaskqueue/done/T/1.json", new byte[1], Stop);
        await RefusedAsync(() => _output.WriteAsync(name, new MemoryStream(), Stop));
        await RefusedAsync(() => _output.DeleteAsync(name, Stop));
        await RefusedAsync(() => _output.OpenReadAsync(name, Stop));
        await RefusedAsync(() => _output.ExistsAsync(name, Stop));
        Assert.True(await _store.ExistsAsync(".dltaskqueue/done/T/1.json", Stop));
    }

    private static async Task RefusedAsync(Func<Task> action) =>
        Assert.Equal(ExitCode.BadInput, (await Assert.ThrowsAsync<TaskQueueException>(action)).ExitCode);
}
