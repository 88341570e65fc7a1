using System.Globalization;

namespace TaskQueue.Tests.Worker;

/// <summary>A line that a ledger task left: what it did, and when.</summary>
/// <param name="Act">start, done or cancelled.</param>
/// <param name="Id">The row.</param>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Time">Milliseconds since 1970.</param>
/// <param name="Ledger">The file, one for each process.</param>
internal sealed record LedgerLine(string Act, string Id, int Attempt, long Time, string Ledger)
{
    private const int Words = 4;

    public static IEnumerable<LedgerLine> ReadFile(string path) =>
        from line in File.ReadLines(path)
        let words = line.Split(' ')
        where words.Length == Words
        select new LedgerLine(
            words[0], words[1], int.Parse(words[2], CultureInfo.InvariantCulture), long.Parse(words[3], CultureInfo.InvariantCulture), path);
}
