namespace HooksProgram;

/// <summary>One file for each process: a line for all that its tasks and hooks do, as act, row, attempt and time.</summary>
internal static class Ledger
{
    /// <summary>The environment variable that makes one hook throw: its method's name.</summary>
    public const string Switch = "FAILING_HOOK";

    private static readonly Lock Turn = new();

    public static void Write(IReadOnlyDictionary<string, string> settings, string act, string id, int attempt)
    {
        lock (Turn)
            File.AppendAllText(
                Path.Join(settings["LEDGER"], $"{Environment.ProcessId}.txt"), $"{act} {id} {attempt} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
        Console.WriteLine($"{act} {id} {attempt}");
    }

    public static void MayFail(string method)
    {
        if (Environment.GetEnvironmentVariable(Switch) == method)
            throw new InvalidOperationException($"{method} was told to fail.");
    }
}
