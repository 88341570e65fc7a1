using System.CommandLine;
using TaskQueue.Contracts;

namespace TaskQueue.Commands.Cli;

/// <summary>Asks before something is lost for good.</summary>
internal static class Confirmation
{
    public static Option<bool> CreateOption() => VerbOption.Switch("--yes", "do not ask");

    /// <summary>Asks a person, unless --yes was given.</summary>
    /// <param name="invocation">Of the verb that wants to go on.</param>
    /// <param name="yes">Its option.</param>
    /// <param name="loss">What will be lost: <c>This removes 240 tasks from fq://queue</c>.</param>
    /// <returns>False when the answer is no; the person is told that nothing happens.</returns>
    /// <exception cref="TaskQueueException">There is nobody to ask (exit code 64).</exception>
    public static bool Ask(Invocation invocation, Option<bool> yes, string loss)
    {
        if (invocation.Get(yes))
            return true;

        var terminal = invocation.Terminal;
        if (!terminal.IsInteractive)
            throw new TaskQueueException(
                ExitCode.Usage, $"{loss}, and there is no terminal to ask on.", null,
                $"To go ahead: dotnet run {invocation.CommandLine} --yes");

        if (terminal.Confirm($"{loss}. Go ahead?"))
            return true;

        terminal.Out.WriteLine("Nothing was changed.");
        return false;
    }
}
