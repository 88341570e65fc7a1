using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;

namespace TaskQueue.Commands;

internal sealed class HelpVerb : Verb
{
    private readonly Argument<string?> _verb = new("VERB")
    {
        Description = "the verb to explain, or settings; all verbs are listed without it",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public HelpVerb() : base("help", VerbGroup.Explain, "list the verbs, or explain one") => Declare(_verb);

    public override string About => """
        The built program shows the same with --help; dotnet run keeps --help for itself. "help settings" lists the
        settings, their defaults and what they may be.
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("help"), new("help insert-tasks", "its options, with their defaults"), new("help settings")];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var commands = invocation.Commands;
        if (invocation.Get(_verb) == "settings")
        {
            HelpText.WriteSettings(invocation.Terminal.Out);
            return Task.FromResult(ExitCode.Done);
        }

        var verb = invocation.Get(_verb) is { } name
            ? commands.Verbs.FirstOrDefault(verb => verb.Name == name) ?? throw UsageError.UnknownVerb(commands, name)
            : null;
        new HelpText(commands, invocation.Terminal).Write(verb);
        return Task.FromResult(ExitCode.Done);
    }
}
