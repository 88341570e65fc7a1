using System.Globalization;

namespace TaskQueue.Tests.Worker;

/// <summary>Figures that are small for every commit; tests/nightly sets larger ones in the environment.</summary>
internal static class Nightly
{
    public static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;
}
