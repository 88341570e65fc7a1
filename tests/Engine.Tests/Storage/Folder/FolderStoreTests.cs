using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Storage.Folder;

public sealed class FolderStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public FolderStoreTests() => Store = new FolderStore(folder["output"]);

    protected override IObjectStore Store { get; }

    public void Dispose() => folder.Dispose();
}
