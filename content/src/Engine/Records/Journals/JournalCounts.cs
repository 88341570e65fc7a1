namespace TaskQueue.Records.Journals;

/// <summary>What one worker has written to the journals of its runs. For several threads.</summary>
internal sealed class JournalCounts
{
    /// <summary>Of more runs no count is kept: their segments are read.</summary>
    private const int MostRuns = 1000;

    /// <summary>By folder, the one that changed last at the end.</summary>
    private readonly OrderedDictionary<string, JournalCount> _counts = [];
    private readonly Lock _turn = new();

    public IReadOnlyList<JournalCount> All
    {
        get
        {
            lock (_turn)
                return [.. _counts.Values];
        }
    }

    public JournalCount? Find(string folder)
    {
        lock (_turn)
            return _counts.GetValueOrDefault(folder);
    }

    public void Keep(string folder, JournalCount count)
    {
        lock (_turn)
        {
            _counts.Remove(folder);
            _counts.Add(folder, count);
            if (_counts.Count > MostRuns)
                _counts.RemoveAt(0);
        }
    }
}
