using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace TaskQueue.Tests.Worker;

/// <summary>A worker of the ledger program in a process of its own. What its tasks print arrives as events.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>In its own output folder, where all it needs is.</summary>
    public static readonly string Program = Find("LedgerProgram");

    /// <summary>No worker of a test is silent, or alive, for longer: a test that waits in vain fails.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(15);

    private static readonly string[] Acts = ["start ", "done ", "failed ", "cancelled "];

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    /// <param name="folder">The project's folder.</param>
    /// <param name="wrapper">A program that starts it, such as taskset, and its arguments.</param>
    /// <param name="options">Options of the verb.</param>
    /// <param name="failAt">When it kills itself; null for never.</param>
    /// <param name="verb">What it does.</param>
    /// <param name="isAnswerWanted">Whether what it writes to standard output is kept.</param>
    /// <param name="program">Which program; null for the ledger program.</param>
    public WorkerProcess(string folder, string[] wrapper, string[] options, string? failAt = null, string verb = "worker", bool isAnswerWanted = false, string? program = null)
    {
        string[] command = [.. wrapper, "dotnet", "exec", program is null ? Program : Find(program), verb, .. options];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = isAnswerWanted,
        };
        if (failAt is not null)
            start.Environment[LedgerProgram.FailPoints.Switch] = failAt;
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    private static string Find(string program) =>
        Path.Join(AppContext.BaseDirectory.Replace("Engine.Tests", program, StringComparison.Ordinal), $"{program}.dll");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The next line that a task printed; null when the process has ended.</summary>
    public async Task<string?> NextLineAsync() =>
        await _lines.Reader.WaitToReadAsync(Cancelled).AsTask().WaitAsync(MostSilence) ? await _lines.Reader.ReadAsync(Cancelled) : null;

    /// <summary>Waits until one of these lines is printed.</summary>
    public async Task WaitForLineAsync(params string[] lines)
    {
        while (await NextLineAsync() is { } next)
            if (lines.Contains(next))
                return;
        Assert.Fail($"The worker ended without printing '{lines[0]}'.\n{await ErrorAsync()}");
    }

    /// <summary>Waits until the worker has logged lines that contain a text.</summary>
    public async Task WaitForLogAsync(string text, int lines = 1)
    {
        while (await _log.Reader.WaitToReadAsync(Cancelled).AsTask().WaitAsync(MostSilence))
            if ((await _log.Reader.ReadAsync(Cancelled)).Contains(text, StringComparison.Ordinal) && --lines == 0)
                return;
        Assert.Fail($"The worker ended without logging '{text}'.\n{await ErrorAsync()}");
    }

    /// <summary>Sends a signal: TERM, STOP, CONT, HUP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Cancelled);
        await _reading;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(Cancelled).WaitAsync(LongestLife);
        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM and waits.</summary>
    /// <returns>The exit code, and the time from the signal to the exit.</returns>
    public async Task<(int Code, TimeSpan Time)> TerminateAsync()
    {
        var sent = Stopwatch.GetTimestamp();
        Signal("TERM");
        return (await WaitAsync(), Stopwatch.GetElapsedTime(sent));
    }

    /// <summary>What it has written to standard output, when it has ended well.</summary>
    public async Task<string> OutputAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(Cancelled);
        return await WaitAsync() == 0 ? output : throw new InvalidOperationException(await ErrorAsync());
    }

    public async Task<JsonElement> JsonAsync() => JsonElement.Parse(await OutputAsync());

    /// <summary>What the worker logged, when the process has ended.</summary>
    public async Task<string> ErrorAsync()
    {
        await _reading;
        return _error.ToString();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>What tasks print comes on standard error, between the lines of the log.</summary>
    private async Task ReadAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
            // Its row's id stands before it.
            if (line[(line.IndexOf("] ", StringComparison.Ordinal) is > 0 and var id ? id + 2 : 0)..] is var told && Acts.Any(act => told.StartsWith(act, StringComparison.Ordinal)))
                _lines.Writer.TryWrite(told);
            else
                Log(line);
        _lines.Writer.Complete();
        _log.Writer.Complete();
    }

    private void Log(string line)
    {
        _error.AppendLine(line);
        _log.Writer.TryWrite(line);
    }
}
