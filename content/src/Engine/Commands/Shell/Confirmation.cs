using System.CommandLine;
using TaskQueue.Contracts;

namespace TaskQueue.Commands.Shell;

/// <summary>Asks before something is lost for good.</summary>
internal static class Confirmation
{
    public static VerbOption<bool> CreateOption() => VerbOption.Switch("--yes", "do not ask");

    /// <summary>Returns when the person agrees, or said --yes.</summary>
    /// <param name="invocation">Of the verb that wants to go on.</param>
    /// <param name="yes">Its option.</param>
    /// <param name="loss">What will be lost: <c>Removes 240 tasks from fq://queue</c>.</param>
    /// <exception cref="TaskQueueException">There is nobody to ask, or the answer is no (exit code 64).</exception>
    public static void Require(Invocation invocation, Option<bool> yes, string loss)
    {
        if (invocation.Get(yes))
            return;

        var verb = invocation.Arguments.CommandResult.Command.Name;
        if (!invocation.Terminal.IsInteractive)
            throw new TaskQueueException(ExitCode.Usage, $"{loss}, and there is no terminal to ask on.", null, $"To go ahead: dotnet run {verb} --yes");

        if (!invocation.Terminal.Confirm($"{loss}. Go ahead?"))
            throw new TaskQueueException(ExitCode.Usage, "Nothing was changed.");
    }
}
