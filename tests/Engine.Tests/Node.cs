using System.ComponentModel;
using System.Diagnostics;

namespace TaskQueue.Tests;

/// <summary>Runs the scripts of tests/node, after installing once what they need.</summary>
internal static class Node
{
    private static readonly string Folder = Path.Join(Repository.Root, "tests", "node");

    private static readonly Lazy<Task> Installed = new(async () =>
    {
        var wanted = await File.ReadAllTextAsync(Path.Join(Folder, "package-lock.json"));
        var installed = Path.Join(Folder, "node_modules", ".installed-lock.json");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted)
            return;

        await Run("npm", "ci", "--no-audit", "--no-fund");
        await File.WriteAllTextAsync(installed, wanted);
    });

    /// <returns>What the script prints.</returns>
    public static async Task<string> RunScript(string script, params string[] arguments)
    {
        await Installed.Value;
        return await Run("node", [script, .. arguments]);
    }

    /// <summary>Runs a script whose output matters, however it ends.</summary>
    public static async Task<(int Code, string Output, string Error)> ReadScript(string script, params string[] arguments)
    {
        await Installed.Value;
        using var process = Start(Describe("node", [script, .. arguments]));
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }

    /// <summary>Starts a script that serves until its stdin is closed; stdout and stdin are the caller's.</summary>
    public static async Task<Process> StartServer(string script)
    {
        await Installed.Value;
        return Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        });
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Start(Describe(program, arguments));
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0, $"{program} {string.Join(' ', arguments)}\n{errors}\n{await output}");
        return await output;
    }

    private static ProcessStartInfo Describe(string program, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardError = true,
        RedirectStandardOutput = true,
    };

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Need.Missing("Node.js 20 or later, with npm");
            throw;
        }
    }
}
