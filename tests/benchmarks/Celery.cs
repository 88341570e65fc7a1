using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;

namespace TaskQueue.Benchmarks;

/// <summary>Debian's python3-celery with the tasks of celery/tasks.py, as its manual starts it.</summary>
internal static class Celery
{
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private static string Folder => Path.Join(AppContext.BaseDirectory.Split("/tests/benchmarks/")[0], "tests", "benchmarks", "celery");

    /// <returns>Tasks per second.</returns>
    public static async Task<double> InsertAsync(string broker, string queue, int count)
    {
        using var process = Start(broker, queue, "tasks.py", $"{count}");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return double.Parse(output.Trim(), CultureInfo.InvariantCulture);
    }

    /// <returns>Tasks per second, from the first that is gone to the last.</returns>
    public static async Task<double> DrainAsync(RabbitProcess server, string queue, int count)
    {
        await InsertAsync(server.Url, queue, count);
        await using var connection = await new ConnectionFactory { Uri = new Uri(server.Url) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var all = await channel.MessageCountAsync(queue);
        using var worker = Start(server.Url, queue, "-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "ERROR");
        try
        {
            while (await channel.MessageCountAsync(queue) == all)
                await Task.Delay(Poll);
            var (started, left) = (Stopwatch.GetTimestamp(), await channel.MessageCountAsync(queue));
            while (await channel.MessageCountAsync(queue) > 0)
                await Task.Delay(Poll);
            return left / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync();
        }
    }

    private static Process Start(string broker, string queue, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BROKER"] = broker;
        start.Environment["QUEUE"] = queue;
        start.Environment["C_FORCE_ROOT"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
