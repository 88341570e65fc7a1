using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

/// <summary>The program of a task queue project: its command line, from the arguments to the exit code.</summary>
public static class TaskQueueProgram
{
    /// <summary>Runs one verb.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="configureServices">Registers what the constructors of the tasks ask for.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args, Assembly tasks, Action<IServiceCollection>? configureServices = null) =>
        (int)await RunAsync(args, tasks, configureServices, Terminal.OpenStandard());

    internal static async Task<ExitCode> RunAsync(
        string[] args, Assembly tasks, Action<IServiceCollection>? configureServices, Terminal terminal)
    {
        var commands = new CommandLine(Verbs.Create());
        var invocation = new Invocation
        {
            Commands = commands,
            Arguments = commands.Parse(args),
            Terminal = terminal,
            Tasks = tasks,
            ConfigureServices = configureServices,
        };
        using var stop = new StopSignals();
        try
        {
            var code = await DispatchAsync(invocation, stop);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return code;
        }
        catch (IOException) when (terminal.IsReaderGone)
        {
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("Stopped before the end; run it again to go on.");
            return ExitCode.PartDone;
        }
        catch (Exception exception)
        {
            return Tell(exception, terminal, invocation.IsVerbose);
        }
    }

    /// <summary>
    /// Writes an exception as at most three lines and gives its exit code; a stack trace only when asked for.
    /// </summary>
    internal static ExitCode Tell(Exception exception, Terminal terminal, bool isVerbose)
    {
        FlushAnswer(terminal);
        var (lines, code) = ErrorLines.Of(exception);
        terminal.Error.WriteLine($"error: {string.Join("\n  ", lines)}");
        if (isVerbose)
            terminal.Error.WriteLine(Printable.Lines(exception.ToString()));

        return code;
    }

    /// <summary>
    /// The answer before the error comes first; an output that fails now is not the error to tell about.
    /// </summary>
    private static void FlushAnswer(Terminal terminal)
    {
        try
        {
            terminal.Out.Flush();
        }
        catch (IOException) { }
    }

    private static Task<ExitCode> DispatchAsync(Invocation invocation, StopSignals stop)
    {
        var commands = invocation.Commands;
        var verb = invocation.Arguments.CommandResult.Command as Verb;
        if (commands.IsHelpWanted(invocation.Arguments) || invocation.Arguments.Tokens.Count == 0)
        {
            new HelpText(commands, invocation.Terminal).Write(verb);
            return Task.FromResult(ExitCode.Done);
        }

        if (commands.IsVersionWanted(invocation.Arguments))
        {
            invocation.Terminal.Out.WriteLine($"{invocation.Tasks.GetName().Name} {invocation.FindTasks().Build}");
            return Task.FromResult(ExitCode.Done);
        }

        if (UsageError.Find(commands, invocation.Arguments) is { } error)
            throw error;

        if (verb!.LeavesInOrder)
            stop.Listen();

        return verb.RunAsync(invocation, stop.Token);
    }
}
