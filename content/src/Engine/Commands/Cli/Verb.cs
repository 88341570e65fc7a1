using System.CommandLine;
using TaskQueue.Contracts;

namespace TaskQueue.Commands.Cli;

/// <summary>
/// A verb of the program: its name, its help, its options, and a call of the room that does the work.
/// </summary>
internal abstract class Verb(string name, string group, string purpose) : Command(name)
{
    /// <summary>What it is for, in a few words.</summary>
    public string Purpose { get; } = purpose;

    public string Group { get; } = group;

    /// <summary>A few sentences for <c>help VERB</c>.</summary>
    public abstract string About { get; }

    /// <summary>Command lines to copy, each with what it does.</summary>
    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>
    /// Whether the first Ctrl-C or SIGTERM cancels the work instead of killing the process, so that it can leave in
    /// order.
    /// </summary>
    public virtual bool LeavesInOrder => false;

    public abstract Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Declares arguments and options, in the order in which help lists them.</summary>
    protected void Declare(params IEnumerable<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
                Add(argument);
            else
                Add((Option)symbol);
        }
    }
}

/// <summary>The headings under which bare help lists the verbs.</summary>
internal static class VerbGroup
{
    public const string Run = "Do the work";
    public const string Inspect = "See how it goes";
    public const string Repair = "Put right";
    public const string Explain = "Find out";
}

/// <param name="Arguments">What stands after <c>dotnet run</c>.</param>
/// <param name="Meaning">What it does; empty when it needs no words.</param>
internal sealed record Example(string Arguments, string Meaning = "");
