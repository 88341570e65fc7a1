namespace TaskQueue.Storage;

/// <param name="Name">Relative to the store's root, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">When it was last written.</param>
public readonly record struct StoredObject(string Name, long Length, DateTimeOffset LastModified);
