using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TaskQueue.Logging;

namespace TaskQueue.Commands.Cli;

/// <summary>Where a command writes: the answer to <see cref="Out"/>, the story to <see cref="Error"/>.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="In">Standard input, for the answers of a person.</param>
/// <param name="Folder">The working directory.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, TextReader In, string Folder)
{
    private const int StandardOutput = 1;
    private const int BufferSize = 1 << 16;
    private const int WidestText = 100;

    /// <summary>Of a terminal whose width cannot be asked for.</summary>
    private const int UsualWidth = 80;

    /// <summary>Whether a person can be asked: input and standard error are a terminal.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>
    /// Draws a line on standard error below all else, in place of the one before, and says whether it did; null when that is no
    /// terminal.
    /// </summary>
    public Func<string, bool>? Draw { get; init; }

    /// <summary>Puts a name before each line of standard error.</summary>
    public Action<string>? Label { get; init; }

    /// <summary>Whether standard output is a terminal on which lines can be drawn again.</summary>
    public bool HasLiveOut { get; init; }

    /// <summary>Characters in a line of text.</summary>
    public int Width { get; init; } = WidestText;

    /// <summary>Whether the reader of standard output went away, as <c>head</c> does when it has enough.</summary>
    public bool IsReaderGone => Pipe is { IsConnected: false };

    /// <summary>Standard output, where it is a pipe.</summary>
    private PipeStream? Pipe { get; init; }

    /// <summary>
    /// The streams of this process. The console output of tasks is story: it goes to standard error from here on.
    /// </summary>
    public static Terminal OpenStandard()
    {
        var pipe = TryOpenPipe();
        var output = pipe ?? Console.OpenStandardOutput();
        var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferSize)
        {
            AutoFlush = !Console.IsOutputRedirected,
            NewLine = "\n",
        };
        var isDumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var width = Console.IsOutputRedirected ? WidestText : Math.Clamp(Console.WindowWidth, 40, WidestText);
        var (error, console) = TaskConsole.Install(Console.IsOutputRedirected ? UsualWidth : width);
        // Synchronized, it never writes asynchronously: where standard output is a socket, as it is under Node and .NET, that
        // would leave it non-blocking for the next program that has it, whose blocking writes then fail.
        return new(TextWriter.Synchronized(writer), error, Console.In, Directory.GetCurrentDirectory())
        {
            Pipe = pipe,
            IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Draw = Console.IsErrorRedirected || isDumb ? null : console.Draw,
            Label = label => console.Label = label,
            HasLiveOut = !Console.IsOutputRedirected && !isDumb,
            Width = width,
        };
    }

    /// <summary>Asks a person; anything but y or yes is a no.</summary>
    public bool Confirm(string question)
    {
        Error.Write($"{question} [y/N] ");
        Error.Flush();
        return In.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>The console's own stream drops what a closed pipe no longer takes, and says nothing.</summary>
    /// <returns>Null when standard output is no pipe.</returns>
    private static AnonymousPipeClientStream? TryOpenPipe()
    {
        if (OperatingSystem.IsWindows())
            return null;

        try
        {
            return new(PipeDirection.Out, new SafePipeHandle(StandardOutput, ownsHandle: false));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
