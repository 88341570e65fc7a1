using System.ComponentModel;
using System.Diagnostics;
using TaskQueue.Contracts;

namespace TaskQueue.Local;

/// <summary>
/// A process of this program's kind that ends when its standard input does: when we ask for it, and when we are killed.
/// </summary>
internal sealed class TiedProcess : IDisposable
{
    /// <summary>Tells the process so.</summary>
    public const string Option = "--ends-with-input";

    private readonly Process _process;

    private TiedProcess(Process process) => _process = process;

    public StreamReader StandardError => _process.StandardError;

    /// <exception cref="TaskQueueException">It cannot be started (78).</exception>
    public static TiedProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        try
        {
            return new(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new TaskQueueException(
                ExitCode.Configuration, $"{start.FileName} cannot be started.", e.Message,
                "dotnet comes with the .NET SDK: https://dotnet.microsoft.com/download", e);
        }
    }

    /// <summary>In the process itself: fires at the end of its standard input.</summary>
    public static CancellationToken EndOfInput()
    {
        var ended = new CancellationTokenSource();
        new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }
            ended.Cancel();
        })
        { IsBackground = true }.Start();
        return ended.Token;
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="longestStop">After so long it is killed when it was asked to end; null for never.</param>
    /// <param name="cancellationToken">Asks it to end.</param>
    /// <returns>Its exit code; of one that a signal ended, 128 and the signal.</returns>
    public async Task<int> WaitAsync(TimeSpan? longestStop, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource();
        await using var stopping = cancellationToken.Register(() =>
        {
            _process.StandardInput.Close();
            if (longestStop is { } time)
                late.CancelAfter(time);
        });
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        return _process.ExitCode;
    }

    /// <summary>Ends it, however it is.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose() => _process.Dispose();
}
