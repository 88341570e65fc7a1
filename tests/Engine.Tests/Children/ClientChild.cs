using System.Globalization;
using System.Runtime.InteropServices;
using LedgerProgram;
using TaskQueue.Client;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Children;

/// <summary>A program that maps over values, with a worker of its own.</summary>
internal static class ClientChild
{
    /// <summary>Prints a line for each result, and one when it was cancelled.</summary>
    /// <param name="args">The project's folder, how many values, what each does, and for how many milliseconds.</param>
    public static async Task MapAsync(string[] args)
    {
        Environment.CurrentDirectory = args[0];
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var rows = LedgerRow.Many(int.Parse(args[1], CultureInfo.InvariantCulture), args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
        await using var client = await TaskClient.OpenAsync<LedgerTask, LedgerParameters, string>(
            new ClientOptions { LocalConcurrency = 2 }, stop.Token);
        try
        {
            await foreach (var item in client.MapAsync(rows.Select(row => new LedgerParameters(row.Id, row.Act, row.Milliseconds)), stop.Token))
                Console.WriteLine(item.GetResult());
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("cancelled");
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
