using System.Diagnostics;

namespace TaskQueue.Benchmarks;

/// <summary>Runs the scripts of tests/node, after installing once what they need.</summary>
internal static class Node
{
    private static readonly string Folder = Find(AppContext.BaseDirectory);

    /// <returns>What the script prints.</returns>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        if (!Directory.Exists(Path.Join(Folder, "node_modules")))
            await StartAsync("npm", "ci", "--no-audit", "--no-fund");
        return await StartAsync("node", [script, .. arguments]);
    }

    /// <summary>Starts a script that serves until its stdin is closed.</summary>
    /// <returns>The process, and the URL that it prints after "ready".</returns>
    public static async Task<(Process Server, string Url)> ServeAsync(string script)
    {
        if (!Directory.Exists(Path.Join(Folder, "node_modules")))
            await StartAsync("npm", "ci", "--no-audit", "--no-fund");
        var server = Process.Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{script} ended.");
        return (server, line["ready ".Length..]);
    }

    private static async Task<string> StartAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode is 0
            ? output
            : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}");
    }

    private static string Find(string folder) => Directory.Exists(Path.Join(folder, "tests", "node"))
        ? Path.Join(folder, "tests", "node")
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException(
            "Run the benchmarks from their repository."));
}
