namespace TaskQueue.Grids;

/// <summary>A rectangle in metres of a zone of UTM.</summary>
/// <param name="XMin">West; the zone's central meridian has x = 500000.</param>
/// <param name="YMin">South; the equator has y = 0.</param>
/// <param name="XMax">East.</param>
/// <param name="YMax">North.</param>
public readonly record struct Bounds(double XMin, double YMin, double XMax, double YMax)
{
    /// <summary>The same rectangle with a margin of so many metres on all sides.</summary>
    internal Bounds Widen(double metres) => new(XMin - metres, YMin - metres, XMax + metres, YMax + metres);
}
