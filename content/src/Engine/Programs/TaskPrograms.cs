using System.Text.Json;
using System.Text.Unicode;
using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Programs;

/// <summary>Runs any program for a row. docs/any-program.md has the contract for the program's author.</summary>
public static class TaskPrograms
{
    private const int TryAgain = (int)ExitCode.PartDone;
    private const int NeverAgain = (int)ExitCode.BadInput;

    /// <summary>A shell gives 128 and the signal's number.</summary>
    private const int Signals = 128;

    /// <summary>
    /// Gives a program the row as JSON on standard input, copies all that it writes to the row's log, and reads the last line of
    /// its standard output as the result. The program ends when the row does, with all processes that it started: with the time
    /// limit, with the worker's drain, and when the worker is killed. It gets SIGTERM, and SIGKILL 0.3 s later.
    /// </summary>
    /// <typeparam name="TResult">What the last line holds.</typeparam>
    /// <param name="context">Of the row. The program starts in its <see cref="TaskContext.ProjectRoot"/>.</param>
    /// <param name="command">The program, by path or as PATH has it, and its arguments.</param>
    /// <param name="row">The row's parameters; written under the names of their columns.</param>
    /// <param name="cancellationToken">That of RunTask.</param>
    /// <exception cref="ProgramFailedException">
    /// It cannot be started, ended with another exit code than 0 and 65, or its last line does not fit: a failed attempt.
    /// </exception>
    /// <exception cref="TaskRejectedException">It ended with exit code 65, EX_DATAERR of sysexits.h: the row can never succeed.</exception>
    public static async Task<TResult> RunProgramAsync<TResult>(
        this TaskContext context, IReadOnlyList<string> command, object row, CancellationToken cancellationToken)
    {
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(row, row.GetType(), TaskJson.Options), (byte)'\n'];
        var name = Printable.Short(string.Join(' ', command));
        var end = await ProgramRun.RunAsync(context, command, json, cancellationToken);
        if (end.Code != 0)
            cancellationToken.ThrowIfCancellationRequested();
        return end.Code switch
        {
            0 => ReadResult<TResult>(name, end.Result),
            NeverAgain => throw new TaskRejectedException($"{name} rejected the row (exit code {end.Code}){end.Complaint}"),
            TryAgain => throw new ProgramFailedException($"{name} asked for another attempt (exit code {end.Code}){end.Complaint}"),
            > Signals => throw new ProgramFailedException($"{name} was ended by signal {end.Code - Signals} (exit code {end.Code}){end.Complaint}"),
            _ => throw new ProgramFailedException($"{name} ended with exit code {end.Code}{end.Complaint}"),
        };
    }

    /// <exception cref="ProgramFailedException">The line is not there, is too long, or does not fit.</exception>
    private static TResult ReadResult<TResult>(string name, OutputLine? line)
    {
        if (line is null)
            throw Unfit("it printed nothing to standard output");
        if (line.IsCut)
            throw Unfit($"the last line of its output is longer than {ProgramRun.LongestResult >> 20} MiB");
        if (!Utf8.IsValid(line.Bytes))
            throw Unfit($"the last line of its output is not UTF-8: {Printable.Quote(line.Text)}");
        try
        {
            return JsonSerializer.Deserialize<TResult>(line.Bytes, TaskJson.Options)!;
        }
        catch (JsonException e)
        {
            throw Unfit($"the last line of its output is no JSON of a {typeof(TResult).Name}: {Printable.Quote(line.Text)}. {TaskJson.Explain(e)}", e);
        }

        ProgramFailedException Unfit(string why, Exception? cause = null) => new($"{name} ended with exit code 0, but {why}", cause);
    }
}

/// <summary>A program that ran for a row did not end well; another attempt may follow.</summary>
public sealed class ProgramFailedException(string message, Exception? cause = null) : Exception(message, cause);
