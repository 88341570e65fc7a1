namespace TaskQueue.Storage;

/// <summary>A new file of a store, which its writer extends. Not for two calls at once.</summary>
public interface IAppendedFile : IDisposable
{
    /// <summary>Adds bytes at the end. Durable when it returns; after an exception nothing more may be added.</summary>
    Task AppendAsync(ReadOnlyMemory<byte> content);
}
