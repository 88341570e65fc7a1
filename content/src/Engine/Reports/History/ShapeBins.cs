using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.History;

/// <summary>Counts rows by where they are and how they ended. When places become too many, squares of a grid stand for them.</summary>
internal sealed class ShapeBins
{
    /// <summary>Shapes at most.</summary>
    public const int Most = 5000;

    /// <summary>The side of the smallest square, in degrees: less than two metres.</summary>
    private const double SmallestCell = 1.0 / 65536;

    /// <summary>Of rings with equal boxes, to the tenth of a metre, one stands for all.</summary>
    private const double PerDegree = 1e6;

    private Dictionary<Box, Shape> _shapes = [];

    /// <summary>The side of the squares; 0 while each shape is a row's own.</summary>
    private double _cell;

    public void Add(IReadOnlyList<Position> ring, EndState state)
    {
        var box = _cell == 0 ? BoxOf(ring) : CellOf(CentreOf(ring));
        if (!_shapes.TryGetValue(box, out var shape))
            _shapes[box] = shape = new Shape(_cell == 0 ? ring : SquareOf(box));
        shape.Counts[(int)state]++;
        while (_shapes.Count > Most)
            Enlarge();
    }

    public ShapeBins Copy()
    {
        var copy = new ShapeBins { _cell = _cell };
        foreach (var (box, shape) in _shapes)
        {
            copy._shapes[box] = new Shape(shape.Ring);
            shape.Counts.CopyTo(copy._shapes[box].Counts, 0);
        }
        return copy;
    }

    /// <returns>Null when nothing was added.</returns>
    public CourseMap? Look(long withoutBounds) => _shapes.Count == 0 ? null : new(
        [.. _shapes.Values.Select(shape => shape.Look())], _cell == 0 ? null : _cell, withoutBounds);

    private void Enlarge()
    {
        _cell = _cell == 0 ? SmallestCell : _cell * 2;
        var shapes = new Dictionary<Box, Shape>();
        foreach (var shape in _shapes.Values)
        {
            var box = CellOf(CentreOf(shape.Ring));
            if (!shapes.TryGetValue(box, out var square))
                shapes[box] = square = new Shape(SquareOf(box));
            for (var state = 0; state < shape.Counts.Length; state++)
                square.Counts[state] += shape.Counts[state];
        }
        _shapes = shapes;
    }

    private static Box BoxOf(IReadOnlyList<Position> ring) => new(
        (long)(ring.Min(corner => corner.Longitude) * PerDegree), (long)(ring.Min(corner => corner.Latitude) * PerDegree),
        (long)(ring.Max(corner => corner.Longitude) * PerDegree), (long)(ring.Max(corner => corner.Latitude) * PerDegree));

    private Box CellOf(Position centre)
    {
        var (column, row) = ((long)Math.Floor(centre.Longitude / _cell), (long)Math.Floor(centre.Latitude / _cell));
        return new(column, row, column + 1, row + 1);
    }

    private Position[] SquareOf(Box box) =>
    [
        new(box.West * _cell, box.South * _cell), new(box.East * _cell, box.South * _cell),
        new(box.East * _cell, box.North * _cell), new(box.West * _cell, box.North * _cell),
    ];

    private static Position CentreOf(IReadOnlyList<Position> ring) => new(
        (ring.Min(corner => corner.Longitude) + ring.Max(corner => corner.Longitude)) / 2,
        (ring.Min(corner => corner.Latitude) + ring.Max(corner => corner.Latitude)) / 2);

    private readonly record struct Box(long West, long South, long East, long North);

    private sealed record Shape(IReadOnlyList<Position> Ring)
    {
        /// <summary>By <see cref="EndState"/>.</summary>
        public long[] Counts { get; } = new long[3];

        public MapShape Look() => new(
            [.. Ring.SelectMany(corner => (double[])[Math.Round(corner.Longitude, 6), Math.Round(corner.Latitude, 6)])],
            Counts[(int)EndState.Done], Counts[(int)EndState.Failed], Counts[(int)EndState.Retrying]);
    }
}

/// <summary>How the last attempt at a row ended.</summary>
internal enum EndState
{
    Done,

    /// <summary>No attempt follows by itself.</summary>
    Failed,

    /// <summary>Another attempt follows, or runs.</summary>
    Retrying,
}
