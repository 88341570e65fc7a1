using TaskQueue.Contracts;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Storage;

public sealed class OutputStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FolderStore store;
    private readonly OutputStore output;

    public OutputStoreTests()
    {
        store = new FolderStore(folder.Path);
        output = new OutputStore(store);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_task_sees_its_outputs_and_not_the_records()
    {
        await store.WriteAsync(".dltaskqueue/done/T/1.json", new byte[1], Stop);
        await output.WriteAsync("1.h5", new MemoryStream(new byte[1]), Stop);
        await output.WriteAsync(".dltaskqueuer/x", new MemoryStream(new byte[1]), Stop);
        Assert.Equal(
            new HashSet<string> { "1.h5", ".dltaskqueuer/x" }, await output.ListAsync("", Stop).ToHashSetAsync(cancellationToken: Stop));
        Assert.Equal([".dltaskqueuer/x"], await output.ListAsync(".dl", Stop).ToListAsync(Stop));
        Assert.Empty(await output.ListAsync(".dltaskqueue/", Stop).ToListAsync(Stop));
        Assert.Empty(await output.ListAsync(".dltaskqueue/done/", Stop).ToListAsync(Stop));
    }

    [Theory]
    [InlineData(".dltaskqueue/done/T/1.json")]
    [InlineData(".dltaskqueue")]
    [InlineData(".DLTaskQueue/done/T/1.json")]
    public async Task A_task_cannot_touch_the_records(string name)
    {
        await store.WriteAsync(".dltaskqueue/done/T/1.json", new byte[1], Stop);
        await RefusedAsync(() => output.WriteAsync(name, new MemoryStream(), Stop));
        await RefusedAsync(() => output.DeleteAsync(name, Stop));
        await RefusedAsync(() => output.OpenReadAsync(name, Stop));
        await RefusedAsync(() => output.ExistsAsync(name, Stop));
        Assert.True(await store.ExistsAsync(".dltaskqueue/done/T/1.json", Stop));
    }

    private static async Task RefusedAsync(Func<Task> action) =>
        Assert.Equal(ExitCode.BadInput, (await Assert.ThrowsAsync<TaskQueueException>(action)).ExitCode);
}
