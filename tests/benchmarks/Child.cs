using System.Diagnostics;
using System.Globalization;

namespace TaskQueue.Benchmarks;

/// <summary>Runs a role of this program in a process of its own, so that its memory and its start are its own.</summary>
internal static class Child
{
    public const string Switch = "--child";

    private static readonly Dictionary<string, Func<string[], Task<double[]>>> Roles = new()
    {
        ["bare-insert"] = args => Task.FromResult(BareLoops.Insert(args[0], int.Parse(args[1], CultureInfo.InvariantCulture))),
        ["bare-drain"] = args => Task.FromResult(BareLoops.Drain(args[0])),
        ["rabbit-bare"] = args => RabbitBenchmark.BareAsync(args[0], int.Parse(args[1], CultureInfo.InvariantCulture)),
        ["sqs-bare-insert"] = args => SqsLoops.InsertAsync(args[0], int.Parse(args[1], CultureInfo.InvariantCulture)),
        ["sqs-bare-drain"] = args => SqsLoops.DrainAsync(args[0], int.Parse(args[1], CultureInfo.InvariantCulture)),
        ["sqs-work"] = args => QueueRoles.WorkWarmAsync(args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture)),
        ["insert"] = args => QueueRoles.InsertAsync(
            args[0], args[1], args.ElementAtOrDefault(2), int.Parse(args.ElementAtOrDefault(3) ?? "1", CultureInfo.InvariantCulture)),
        ["insert-ids"] = args => IdsBenchmark.InsertAsync(args[0]),
        ["read"] = args => Task.FromResult(TablesBenchmark.ReadPeak(args[0])),
        ["work"] = args => QueueRoles.WorkAsync(
            args[0], args.ElementAtOrDefault(1), Enum.Parse<Kept>(args.ElementAtOrDefault(2) ?? nameof(Kept.Failures)),
            int.Parse(args.ElementAtOrDefault(3) ?? "16", CultureInfo.InvariantCulture),
            int.Parse(args.ElementAtOrDefault(4) ?? "256", CultureInfo.InvariantCulture), args.ElementAtOrDefault(5)),
        ["filter"] = args => StorageBenchmark.FilterAsync(args[0]),
        ["results"] = args => StorageBenchmark.ResultsAsync(args[0]),
        ["lone"] = args => QueueRoles.LoneAsync(args[0]),
        ["wait"] = args => QueueRoles.WaitAsync(args[0]),
    };

    /// <returns>The numbers that the role prints.</returns>
    public static async Task<double[]> RunAsync(params string[] roleAndArguments)
    {
        var started = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Switch, started, .. roleAndArguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? [.. output.Trim().Split('\n')[^1].Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"{roleAndArguments[0]} ended with {process.ExitCode}: {await error}");
    }

    /// <summary>When the parent started this process.</summary>
    public static DateTimeOffset Started { get; private set; }

    public static async Task PlayAsync(string[] args)
    {
        Started = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(args[0], CultureInfo.InvariantCulture));
        var numbers = await Roles[args[1]](args[2..]);
        Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
    }

    /// <summary>Megabytes of this process at its largest.</summary>
    public static double PeakMemory() => Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
}
