using TaskQueue.Storage;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Storage.Folder;

public sealed class FolderStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FolderStoreTests() => Store = new FolderStore(_folder["output"]);

    protected override IObjectStore Store { get; }

    public void Dispose() => _folder.Dispose();
}
