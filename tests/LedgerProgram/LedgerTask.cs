using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace LedgerProgram;

/// <param name="Id">The row.</param>
/// <param name="Act">What it does: nothing, wait (until cancelled), block a thread, spin on a core, hang for ever, shout, fail when cancelled, answer its cancellation with an exception of its own, throw, reject, die with its process, exit from it, or freeze what it downloads.</param>
/// <param name="Milliseconds">How long it waits, blocks or spins; a negative number is refused.</param>
/// <param name="Key">The tile where it is on the map.</param>
public sealed record LedgerParameters([property: TaskId] string Id, string Act = "", int Milliseconds = 0, string? Key = null)
{
    public int Milliseconds { get; init; } = Milliseconds >= 0 ? Milliseconds : throw new ArgumentOutOfRangeException(nameof(Milliseconds));
}

/// <summary>A task for fault tests: keeps a ledger of every start and every end, which survives the death of its process.</summary>
public sealed class LedgerTask : ITask<LedgerParameters, string>, IDisposable
{
    /// <summary>The line of task.env that names the folder of the ledgers.</summary>
    public const string Folder = "LEDGER";

    /// <summary>The line of task.env that names an address to download.</summary>
    public const string Download = "DOWNLOAD";

    /// <summary>The environment variable that spoils the constructor: <c>throws</c>, or <c>unregistered</c> for a service that nobody registers.</summary>
    public const string Constructor = "LEDGER_CONSTRUCTOR";

    private readonly Lock _turn = new();
    private StreamWriter? _ledger;

    public LedgerTask(IServiceProvider services)
    {
        switch (Environment.GetEnvironmentVariable(Constructor))
        {
            case "throws":
                throw new InvalidOperationException("The model cannot be loaded.");
            case "unregistered":
                services.GetRequiredService<LedgerParameters>();
                break;
        }
    }

    public async Task<string> RunTask(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        Write(context, $"start {parameters.Id} {context.Attempt}");
        switch (parameters.Act)
        {
            case "wait":
                await WaitAsync(parameters, context, cancellationToken);
                break;
            case "block":
                Block(parameters.Milliseconds);
                break;
            case "spin":
                for (var end = Environment.TickCount64 + parameters.Milliseconds; Environment.TickCount64 < end;)
                    Thread.SpinWait(1000);
                break;
            case "object":
                await ObjectAsync(parameters, cancellationToken);
                break;
            case "hang":
                await new TaskCompletionSource().Task;
                break;
            case "shout":
                Shout(context);
                break;
            case "throw":
                Write(context, $"failed {parameters.Id} {context.Attempt}");
                throw new InvalidDataException($"Row {parameters.Id} was told to fail.");
            case "reject":
                throw new TaskRejectedException($"Row {parameters.Id} can never succeed.");
            case "answer":
                await AnswerAsync(cancellationToken);
                break;
            case "freeze":
                await FreezeAsync(context, cancellationToken);
                break;
            case "die":
                await Task.Delay(parameters.Milliseconds, cancellationToken);
                Process.GetCurrentProcess().Kill();
                break;
            case "exit":
                Environment.Exit(0);
                break;
        }
        Write(context, $"done {parameters.Id} {context.Attempt}");
        return $"result of {parameters.Id}";
    }

    /// <summary>Stands in the name of its ledger.</summary>
    public string Name { get; init; } = "";

    public void Dispose() => _ledger?.Dispose();

    private async Task WaitAsync(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(parameters.Milliseconds, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Write(context, $"cancelled {parameters.Id} {context.Attempt}");
            throw;
        }
    }

    /// <summary>Downloads an input that nobody can remove.</summary>
    private static async Task FreezeAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var path = await context.Inputs.DownloadAsync(context.Settings[Download], cancellationToken);
        using var chattr = Process.Start("chattr", ["+i", path]);
        await chattr.WaitForExitAsync(cancellationToken);
    }

    /// <summary>As a client library does that reports a cancelled call in its own words.</summary>
    private static async Task AnswerAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new InvalidDataException("Status(StatusCode=\"Cancelled\")");
    }

    private static async Task ObjectAsync(LedgerParameters parameters, CancellationToken cancellationToken)
    {
        // Of two that wait for the cancellation, the later one hears of it first.
        var waiting = Task.Delay(Timeout.Infinite, cancellationToken);
        await using (cancellationToken.Register(() => throw new InvalidDataException($"Row {parameters.Id} objects.")))
            await waiting;
    }

    /// <summary>Writes in all the ways that end on standard error.</summary>
    private static void Shout(TaskContext context)
    {
        for (var line = 0; line < 300; line++)
        {
            Console.WriteLine("to standard output");
            Console.Error.WriteLine("to standard error");
            context.Logger.LogInformation("to the log");
        }
    }

    /// <summary>Holds its pool thread, as a native library would.</summary>
    private static void Block(int milliseconds)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(milliseconds, CancellationToken.None);
    }

    private void Write(TaskContext context, string line)
    {
        lock (_turn)
        {
            _ledger ??= new StreamWriter(Path.Join(context.Settings[Folder], $"{Environment.ProcessId}{Name}.txt"), append: true) { AutoFlush = true };
            _ledger.WriteLine($"{line} {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");
        }
        Console.WriteLine(line);
    }
}
