namespace TaskQueue.Storage;

/// <summary>What a store knows of an object without reading it.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Written">When it was last written; in whole seconds where the store knows no more.</param>
public sealed record ObjectStamp(long Length, DateTimeOffset Written);
