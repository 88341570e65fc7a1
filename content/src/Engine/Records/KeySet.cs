using System.Text;
using TaskQueue.Collections;

namespace TaskQueue.Records;

/// <summary>Which rows of a task have a record of some kind, in tens of bytes for each.</summary>
public sealed class KeySet
{
    private readonly FingerprintSet _keys = new();

    public int Count => _keys.Count;

    public bool Contains(string id) => Contains(TaskKey.ToUtf8(id));

    /// <param name="utf8Id">The id in UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> utf8Id)
    {
        Span<byte> key = stackalloc byte[TaskKey.MaxLength];
        return _keys.Contains(key[..TaskKey.Write(utf8Id, key)]);
    }

    /// <param name="key">What <see cref="TaskKey"/> made of an id.</param>
    internal void AddKey(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[TaskKey.MaxLength];
        _keys.Add(utf8[..Encoding.UTF8.GetBytes(key, utf8)]);
    }
}
