namespace TaskQueue.Grids;

/// <summary>
/// The squares of a grid of width 1 that a shape meets: its edges are followed through each row, and the row's middle tells
/// what lies inside. Work and memory grow with edges and rows, not with squares.
/// </summary>
/// <remarks>A square holds its western and southern edges, so the one of each point of the shape is among them.</remarks>
internal sealed class CellCover
{
    private readonly List<Edge> _edges = [];

    /// <param name="rings">Closed, of polygons and their holes that do not overlap, in units of the grid.</param>
    public CellCover(IEnumerable<IReadOnlyList<(double X, double Y)>> rings)
    {
        foreach (var ring in rings)
        {
            for (var end = 1; end < ring.Count; end++)
                _edges.Add(Edge.Between(ring[end - 1], ring[end]));
        }

        _edges.Sort((one, other) => one.FirstRow.CompareTo(other.FirstRow));
    }

    /// <summary>Runs of squares, row by row northward and from west to east; none meets or repeats another.</summary>
    public IEnumerable<(long Row, long First, long Last)> Runs()
    {
        var active = new List<Edge>();
        var next = 0;
        for (var row = 0L; active.Count > 0 || next < _edges.Count; row++)
        {
            if (active.Count == 0)
                row = _edges[next].FirstRow;
            while (next < _edges.Count && _edges[next].FirstRow <= row)
                active.Add(_edges[next++]);
            foreach (var (first, last) in Merge([.. Touched(active, row), .. Inside(active, row + 0.5)]))
                yield return (row, first, last);
            active.RemoveAll(edge => edge.LastRow <= row);
        }
    }

    private static IEnumerable<(long First, long Last)> Touched(List<Edge> edges, long row)
    {
        foreach (var edge in edges)
        {
            var (one, other) = (Floor(edge.XAt(row)), Floor(edge.XAt(row + 1)));
            yield return (Math.Min(one, other), Math.Max(one, other));
        }
    }

    private static IEnumerable<(long First, long Last)> Inside(List<Edge> edges, double middle)
    {
        var crossings = edges.Where(edge => edge.South.Y <= middle && middle < edge.North.Y).Select(edge => edge.XAt(middle)).Order();
        return crossings.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (Floor(pair[0]), Floor(pair[1])));
    }

    private static IEnumerable<(long First, long Last)> Merge(List<(long First, long Last)> runs)
    {
        runs.Sort();
        var (first, last) = runs[0];
        foreach (var run in runs)
        {
            if (run.First > last + 1)
            {
                yield return (first, last);
                first = run.First;
            }

            last = Math.Max(last, run.Last);
        }

        yield return (first, last);
    }

    private static long Floor(double value) => (long)Math.Floor(value);

    private readonly record struct Edge((double X, double Y) South, (double X, double Y) North)
    {
        public long FirstRow => Floor(South.Y);

        public long LastRow => Floor(North.Y);

        public static Edge Between((double X, double Y) start, (double X, double Y) end) =>
            start.Y <= end.Y ? new(start, end) : new(end, start);

        /// <summary>Where it crosses a line; its nearer end when it does not.</summary>
        public double XAt(double y) =>
            y <= South.Y ? South.X
            : y >= North.Y ? North.X
            : South.X + ((y - South.Y) / (North.Y - South.Y) * (North.X - South.X));
    }
}
