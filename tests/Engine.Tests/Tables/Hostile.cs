using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Tests.Children;

namespace TaskQueue.Tests.Tables;

/// <summary>
/// Reads files that mean harm, in a process that they may kill. Each must be a valid table or be refused, and cost little.
/// </summary>
internal static class Hostile
{
    private const long MemoryLimit = 256_000_000;
    private static readonly TimeSpan ProcessorLimit = TimeSpan.FromSeconds(0.5) + (Noise.Most / 8);

    /// <summary>A processor shared with other tests does less in a second: the least of a few readings counts.</summary>
    private const int Repeats = 4;

    /// <summary>Other tests run beside this one, so the clock proves no more than that the reading ends.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private static readonly SemaphoreSlim Turn = new(1);
    private static Child? _reader;
    private static Task<(int ExitCode, string Error)>? _death;

    /// <returns>The refusal; null when every row could be written.</returns>
    public static async Task<string?> Read(string path, string label)
    {
        var reading = await Measure(path, label);
        for (var more = 0; more < Repeats && reading.Processor >= ProcessorLimit; more++)
            reading = await Measure(path, label);
        Assert.True(reading.Processor < ProcessorLimit, $"{label} took {reading.Processor} of the processor: {reading.Message}");
        Assert.True(reading.PeakBytes < MemoryLimit, $"{label} took {reading.PeakBytes / 1e6:N0} MB: {reading.Message}");
        if (reading is { Message: { } message })
            CheckRefusal(reading.Code, message, label);
        return reading.Message;
    }

    /// <summary>Reads a file, at any cost.</summary>
    public static async Task<TableReading> Measure(string path, string label)
    {
        await Turn.WaitAsync();
        try
        {
            _reader ??= await StartAsync();
            await _reader.Input.WriteLineAsync(path);
            var answer = await _reader.Output.ReadLineAsync().WaitAsync(TimeLimit);
            if (answer is not null)
                return JsonSerializer.Deserialize<TableReading>(answer)!;
            var (code, error) = await _death!;
            Stop();
            throw new InvalidOperationException($"{label} ended the process with {code}: {error[..Math.Min(error.Length, 1000)]}");
        }
        catch (TimeoutException)
        {
            Stop();
            throw new InvalidOperationException($"{label} took longer than {TimeLimit}");
        }
        finally
        {
            Turn.Release();
        }
    }

    private static async Task<Child> StartAsync()
    {
        var child = Child.Start("read-tables");
        _death = child.WaitAsync(CancellationToken.None);
        await child.Output.ReadLineAsync();
        return child;
    }

    private static void Stop()
    {
        _reader?.Dispose();
        _reader = null;
    }

    private static void CheckRefusal(ExitCode? code, string refusal, string label)
    {
        Assert.True(code is ExitCode.BadInput, $"{label} gave {code}");
        var lines = refusal.Split('\n');
        Assert.True(lines.Length <= 3, $"{label} gave {lines.Length} lines");
        Assert.True(lines.All(line => line.Length < 400 && !line.Any(char.IsControl)), $"{label} gave {refusal}");
    }
}
