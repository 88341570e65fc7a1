namespace TaskQueue.Records;

/// <summary>Which rows of a task are done.</summary>
public sealed class DoneSet
{
    public int Count => throw new NotImplementedException();

    public bool Contains(string id) => throw new NotImplementedException();

    /// <param name="utf8Id">The id in UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> utf8Id) => throw new NotImplementedException();
}
