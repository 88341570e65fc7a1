namespace TaskQueue.Records.Journals;

/// <summary>Is given the next whole lines of a journal. Called by several threads at once, but never for one segment.</summary>
/// <param name="segment">The segment's name.</param>
/// <param name="lines">Gone when the call returns.</param>
internal delegate void LinesVisitor(string segment, JournalLines lines);

/// <summary>The whole lines among some bytes of a segment, without their line feeds.</summary>
internal readonly ref struct JournalLines
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<Range> _whole;

    /// <param name="bytes">From the start of a line.</param>
    /// <param name="whole">Room for where they are.</param>
    public JournalLines(ReadOnlySpan<byte> bytes, List<Range> whole)
    {
        _bytes = bytes;
        _whole = whole;
        whole.Clear();
        for (int end; (end = bytes[Length..].IndexOf((byte)'\n')) >= 0; Length += end + 1)
        {
            if (JournalLine.IsWhole(bytes.Slice(Length, end)))
                whole.Add(Length..(Length + end));
            else
                Damaged++;
        }
    }

    public int Count => _whole.Count;

    /// <summary>Finished lines that are not whole.</summary>
    public int Damaged { get; }

    /// <summary>How many bytes of finished lines there are.</summary>
    public int Length { get; }

    public ReadOnlySpan<byte> this[int index] => _bytes[_whole[index]];
}
