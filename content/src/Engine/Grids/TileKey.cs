using System.Globalization;
using System.Numerics;
using TaskQueue.Contracts;

namespace TaskQueue.Grids;

/// <summary>Reads the keys of tiles.</summary>
internal static class TileKey
{
    private const string Form = "tilesize:pad:resolution:zone:ti:tj, as in 512:0:10.0:34:-54:-734";

    private const NumberStyles Fraction = NumberStyles.AllowDecimalPoint;
    private const NumberStyles Signed = NumberStyles.AllowLeadingSign;

    public static Tile Parse(string key)
    {
        try
        {
            return key.Split(':') is [var size, var pad, var resolution, var zone, var column, var row]
                ? new Tile(
                    new TileGrid(
                        Read<int>("tilesize", size), Read<int>("pad", pad), Read<double>("resolution", resolution, Fraction)),
                    Read<int>("zone", zone), Read<long>("ti", column, Signed), Read<long>("tj", row, Signed))
                : throw new TaskQueueException(ExitCode.BadInput, "It has not six parts.");
        }
        catch (TaskQueueException problem)
        {
            throw new TaskQueueException(
                ExitCode.BadInput, $"{Printable.Quote(key)} is no key of a tile: {problem.Message}", null, $"Keys are {Form}.");
        }
    }

    private static T Read<T>(string name, string text, NumberStyles style = NumberStyles.None)
        where T : INumber<T> =>
        T.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && !text.StartsWith('+')
            ? number
            : throw new TaskQueueException(ExitCode.BadInput, $"Its {name} is {Printable.Quote(text)}; allowed: a number.");
}
